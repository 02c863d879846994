/// The help texts.
enum Help {
    static let overview = """
        usage: portcullis COMMAND [OPTION]...

        Decides requests under AWS-IAM-style policies, and says why.

        commands:
          check         may this principal do this action on this resource?
          list          which of many resources, or what they must be like
          explain       the same, with every layer, statement and condition
          validate      every fault of policies or of a directory
          compile       a directory as a snapshot file
          bundle        keys, signed bundles, and folders to serve them from
          store         write policies and grants to etcd
          watch         follow a directory, file, address or etcd, and print what changes
          serve         answer checks over HTTP
          conformance   run conformance vectors

        `portcullis COMMAND --help` tells more; `portcullis --version` tells the version.
        Exit codes: 0 allowed or valid, 1 denied or failed, 2 usage, 3 invalid input.
        """

    static let byCommand = [
        "check": check, "list": ListCommand.help, "explain": explain, "validate": validate,
        "compile": compile, "bundle": BundleCommand.help,
        "store": StoreCommand.help, "watch": WatchCommand.help, "serve": ServeCommand.help,
        "conformance": conformance,
    ]

    private static let requestOptions = """
        request:
          --directory DIR           folder of policies, or a file of `aws iam get-account-authorization-details`
          --principal ARN           user, role, role session, root, service name, or `anonymous`
          --action SERVICE:NAME
          --resource ARN            or `*` for an action without a resource
          --resource-account ID     owner of the resource, where neither ARN nor directory says
          --context KEY=VALUE       a fact of the request; may be repeated
          --context 'KEY[]=VALUE'   one value of a multi-valued key; may be repeated
          --context-file FILE       facts as a JSON object; `-` is standard input
          --at TIME                 time of the check, ISO 8601 or epoch seconds (default: now)

        temporary credential of the caller (for a user, any of these means one):
          --temporary               a credential that expires, without further facts
          --session-name NAME       role session name
          --mfa                     made with multi-factor authentication
          --mfa-age SECONDS         since that authentication
          --issued-at TIME
          --session-tag KEY=VALUE   may be repeated
          --session-policy FILE     may be repeated
          --source-identity NAME

        choices:
          --mode strict|lenient     how faulty policies are treated (default: strict)
          --option NAME=VALUE       arnWildcards=aws|segmented, notPrincipal=wholeChain|mostSpecific,
                                    unparsableRequestValue=noMatch|error, ipv4MappedIPv6=unmap|distinct,
                                    forAnyValueIfExistsMissing=true|false, rootUser=true|false
          --aws-quotas              also what AWS allows of sizes, attachments and tags
          --quota NAME=N            one of these: userInline, groupInline, roleInline, attachedPolicies,
                                    sessionPolicies, tags, tagKey, tagValue, or the size of a policy type
          --json                    answer in JSON
        """

    private static let check = """
        usage: portcullis check --directory DIR --principal ARN --action A --resource R [OPTION]...
               portcullis check --directory DIR --requests FILE [--verify] [OPTION]...
               portcullis check --snapshot FILE ...

        Decides one request, or each line of a JSON Lines file (`-` is standard input). With a file made by
        `portcullis compile` in place of the directory, the engine decides; statements then have no `Sid`, and
        the choices are those of `compile`.

        \(requestOptions)
          --requests FILE           one JSON request a line
          --verify                  compare each answer with the line's `expect`; print mismatches and the count
          --policy-cost-max STEPS   of a snapshot that was compiled with this limit

        Exit codes: 0 allowed, 1 denied, 2 usage, 3 invalid input.
        """

    private static let explain = """
        usage: portcullis explain --directory DIR --principal ARN --action A --resource R [OPTION]...

        Decides one request and shows every layer, statement and condition. For administrators: the output
        reveals policies.

        \(requestOptions)
          --all                     also statements about other actions

        Exit codes: 0 allowed, 1 denied, 2 usage, 3 invalid input.
        """

    private static let validate = """
        usage: portcullis validate [--type TYPE] FILE...
               portcullis validate --directory DIR

        Reports every fault of each policy with its line, column and path. `-` is standard input.

          --type TYPE       identity (default), boundary, session, resource, trust, scp, rcp, endpoint
          --mode strict|lenient
          --aws-quotas      also what AWS allows of sizes, attachments and tags
          --quota NAME=N    one of these: userInline, groupInline, roleInline, attachedPolicies,
                            sessionPolicies, tags, tagKey, tagValue, or the size of a policy type
          --lines           each FILE holds one document a line, or one object with a `document` member
          --directory DIR   check a whole directory
          --json            report in JSON

        Exit codes: 0 no errors, 2 usage, 3 errors.
        """

    private static let compile = """
        usage: portcullis compile DIR -o FILE [OPTION]...

        Writes a directory as a snapshot file, for its owner alone: it holds the secret of its hashes. The file
        takes the place of an older one as a whole, or not at all. Prints what is in it and how long it took.

          -o FILE                   the snapshot file
          --seed N                  the secret of the hashes, for files that are the same byte for byte; random
                                    unless given, and never printed. Others can read it from a command line
          --mode strict|lenient     how faulty policies are treated (default: strict)
          --aws-quotas, --quota NAME=N
                                    as for `validate`
          --option NAME=VALUE       as for `check`; fixed in the file
          --report                  print also what policies may cost a check, and the worst check
          --policy-cost-max STEPS   refuse policies that may cost more (default: 16777216)
          --json                    print one JSON object; with --report, every policy is in it

        Exit codes: 0 written, 2 usage, 3 invalid input.
        """

    private static let conformance = """
        usage: portcullis conformance [--evaluator NAME] [--accept FILE] PATH...

        Runs the vectors of each file, or of each `.jsonl` file of each folder. Prints each mismatch, then
        `N passed, N failed, N skipped`.

          --evaluator NAME   reference (default), index, or both, which must agree
          --accept FILE      vectors that a rule decides otherwise: one `{"id": …, "rule": …}` a line
          --json             mismatches in JSON

        Exit codes: 0 no failures, 1 failures, 2 usage, 3 invalid input.
        """
}

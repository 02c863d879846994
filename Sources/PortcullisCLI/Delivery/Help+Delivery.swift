extension BundleCommand {
    static let help = """
        usage: portcullis bundle keygen -o NAME
               portcullis bundle sign DIR|SNAPSHOT --key FILE --revision N -o FILE [OPTION]...
               portcullis bundle verify FILE --trust FILE... [OPTION]...
               portcullis bundle publish BUNDLE --key FILE --to FOLDER [OPTION]...

        Signed bundles of policies or of a compiled snapshot, and the pointer by which engines find them.

        keygen makes a key pair: NAME.key, for its owner alone, and NAME.pub, for those who verify.

        sign reads and compiles what is to be signed, so that nothing faulty is, and writes a bundle.
          --revision N       from 1; readers refuse to go back
          --channel NAME     for whom it is; readers for another channel refuse it
          --expires-in TIME  such as 90d, 12h, 30m or 45s (default: 90d)
          --mode, --aws-quotas, --quota NAME=N
                             as for `validate`

        verify says whether readers who trust these keys would accept a bundle, or a pointer with its bundle.
          --trust FILE       a public key; may be repeated
          --channel NAME     as readers have it

        publish puts a bundle into a folder under its SHA-256, and then a pointer to it. Publishing the same
        bundle again signs the pointer again, so that readers know that it is not old.
          --expires-in TIME  of the pointer (default: 7d)
          --trust FILE       also a key by which the bundle may be signed
          --allow-rollback   publish a lower revision than the one before; readers refuse it unless told, too
          --etcd ADDRESS     also announce the pointer in etcd, so that readers hear of it at once; more options:
                             `store --help`

          --at TIME          instead of now, ISO 8601 or epoch seconds
          --json             print one JSON object

        Exit codes: 0 done, 2 usage, 3 refused.
        """
}

extension WatchCommand {
    static let help = """
        usage: portcullis watch DIR|FILE|ADDRESS [OPTION]...
               portcullis watch --etcd ADDRESS [OPTION]...

        Follows a folder of policies, a snapshot, a bundle, or a signed pointer, here or on a web server, or etcd, until it is
        interrupted. Prints what is activated and what differs, and what is refused and why.

          --trust FILE        a public key; may be repeated. What is not signed is refused then. Needed for addresses
          --channel NAME      for whom signed content must be
          --allow-rollback    accept a lower revision, too
          --keep FOLDER       keep the last good content there, and begin with it
          --interval TIME     between two looks (default: 10s); files are also watched
          --stale-after TIME  deny everything when the source has been silent for so long
          --stale-allow       only say so
          --losing-max N      refuse what may take access away from more than N principals
          --probes FILE       refuse what does not answer these requests as they `expect`, one JSON object a line
          --replay FILE       refuse what answers one of these requests otherwise than before
          --ca-file FILE      certificates that the server's must lead to (default: the system's)
          --proxy ADDRESS
          --etcd ADDRESS      of a member, or of several with commas between them; more options: `store --help`. Beside
                              a web address: where its pointer is announced
          --mode, --option, --aws-quotas, --quota, --policy-cost-max
                              as for `compile`
          --activations N     stop after so many
          --json              one JSON object for each event

        Exit codes: 0 done, 2 usage, 3 invalid input.
        """
}

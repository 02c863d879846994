extension ServeCommand {
    static let help = """
        usage: portcullis serve DIR|FILE|ADDRESS --listen ADDRESS [OPTION]...
               portcullis serve --etcd ADDRESS --listen ADDRESS [OPTION]...

        Answers checks over HTTP, by policies that it follows as `watch` does, until it gets SIGTERM. Prints the addresses
        at which it listens.

        where:
          --listen ADDRESS          for checks: 127.0.0.1:8181, [::1]:8181 or unix:/run/portcullis.sock; may be repeated
          --admin-listen ADDRESS    for status, metrics, reload and rollback; may be repeated
          --socket-mode MODE        permissions of Unix sockets (default: 660)
          --threads N               loops that answer checks (default: 1)

        what:
          --mapping FILE            how requests of gateways become questions; without it there are no /ext_authz and
                                    /auth_request
          --dry-run                 let requests of gateways and of AuthZEN pass, and only say what would be refused
          --authzen FILE            how AuthZEN's subjects, actions and resources become IAM's; without it there is no
                                    /access/v1
          --authzen-url URL         the URL by which clients of AuthZEN know the server
          --authzen-reasons         tell them which policy and statement denied
          --simulator               answer AWS's policy simulator API on admin listeners
          --trust-client-cert-header
                                    believe x-forwarded-client-cert of gateways

        protection; all that is given must be met:
          --tls-cert FILE           certificate in PEM, with those that lead to its authority
          --tls-key FILE            its key
          --client-ca FILE          clients need a certificate that leads to one of these
          --client-name NAME        with this URI or host name; may be repeated
          --admin-client-name NAME  the same for administrators
          --tokens FILE             clients need a token; one `NAME sha256:DIGEST` a line
          --admin-tokens FILE       administrators need one
          --allow-unprotected       listen where others can reach it without TLS, tokens and certificates

        limits:
          --body-max BYTES          (default: 1048576)
          --head-max BYTES          request line and headers (default: 65536)
          --headers-max N           (default: 128)
          --connections-max N       (default: 10000)
          --head-timeout TIME       until all headers are there (default: 10s)
          --body-timeout TIME       until the body is (default: 10s)
          --send-timeout TIME       until an answer is taken (default: 10s)
          --idle-timeout TIME       between two requests (default: 120s)
          --drain-delay TIME        at the end: not ready, but still accepting (default: 0)
          --drain-timeout TIME      at the end: for connections to finish (default: 30s)

        policies:
          --trust, --channel, --allow-rollback, --keep, --interval, --stale-after, --stale-allow, --losing-max,
          --probes, --replay, --ca-file, --proxy, --etcd, --mode, --option, --aws-quotas, --quota,
          --policy-cost-max         as for `watch`

        SIGHUP reads tokens, certificates and mapping again. Exit codes: 0 ended, 2 usage, 3 invalid input.
        """
}

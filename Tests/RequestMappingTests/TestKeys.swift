/// Keys made for these tests alone; they protect nothing.
enum TestKeys {
    static let rsa = TestKey(
        pem: """
            -----BEGIN PRIVATE KEY-----
            MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCxZNV7hQaPxstX
            UulucBxI6eUFw81L3d4vnx6W/a4rtNeuoNtvqCW08MEVVJIqCGYS759yPAVdHyfw
            3XjTwkAk5kzIpWu4guPBY0DK1Qb/GIWpcyTarg3yRvkvAn8TLf4iRPuLUv/3/KA7
            iKE22PKC6X4w8zGHJEdcfTXfVj5smU20IBGQpmyUFKVzlFoTUrNK2l0VZM4pETq5
            cnfpagGrjj8aZIS2kftITx5g1rXmD6URwesnvWvdTPjAd1/PHbFc3RgEvKZp83sA
            QueCjnwbkn6eaTyG68IR4SFfAo+sjfLs6i4gTWEK5uxYYvN9ffH+BKfASzGCq3gb
            hmHT3m4bAgMBAAECggEAEXqfhGO3oUwTth9/y7d1OgP94oMIA/0xCt0xXOxTEJBp
            nhXQeWCGkp0UUV87ZbPdJumAeveKCcJro5KW+LqPqnMcxrpx8kTHX0NB25qA7XrD
            lM45J+j1i9VNcUHcNo4WF9dXN8OuYAd+3E7an7Zhst+B5R3ZV/kNpQHbYI21aerI
            064aBhAN8JH/W7QOX0LP4t8JjH7mNugRkONvjTUB/DkDdssgbvR/deLrjI/jho+H
            vG1VHbNwBDjaDAtJXfmvHv2RWPcps8dvJZn0YvWAd24VNg0atwncjmlUItbQvYDI
            tGRh8dtjAM8Af1pRSIHadJtWYJjsuJg/WDuY8ovwSQKBgQDvRhu896WglZOBCeJQ
            aa8coQ3954L//32TOe+49+EqeByIZqlrMUftDmFzr+Zen0xbG5ifG5aq9tsJuFV+
            iUgigP8NGvQDKexea38cUbG6Ci+qguRL6buyjvIJlSXI7Ulivf4Ypgs/9RYuh6wB
            UN/kNgLqbGAKNWCh+gbKWclB2QKBgQC9y1xzWtGUucjNIQgfDshufy8q2RsVErX8
            p5xCUUWjAC9NiN9OKhdk5GvgHKdQQu9cb/HGMFMB2apG2NLz4AvyD4QJqcIwXVbH
            YpduyNdjqKo4ssmh0PWkQ5uFmGOK2j6WrYqG45lAiOvJRzKR4uoDTAx70agkkNOr
            ZUWV7NEDEwKBgFBboVEzcqKd2W4K3cDX3YGl7UcKi4piSdA6MvJR/YL/18VPhTKE
            2H0ayUvLFXlN0pz+haFZ6J3+Tc3T5JKclGdSH1ZNaQnu+H01aPkfzqqGZT/Eudts
            4iazr0Hcn1X9qxnIaR/qE/kk3JA/7Fp8yNSh9xS31QFYr912VPV8dgTxAoGBAImE
            GJdoXWRyfGDMpzLBpk4Rjx5vsiTBquTGmPygIGGrV5rJKmtbKhorO1Jl0IDiDsae
            QcME7o/vo2Wz4p1bX6xiu5u4yX/7kU3kTK6zjQSjh7qPKHM7kVAUwFG7CZzo5uKM
            GUwFCtxsmNL86FI15LLA3ma0kSz1VrjgJtwre4HLAoGBAMS2KXj8gaB07jmxPbuJ
            X+y7BZSyLr1D/ClpkefC5zXwB/+O9zxk7vdfCanW37NAF7dqWXZ9TFBP2Plu/i6U
            PSZx8Zxgzs+1e04PxvsfE+FmrT7Y7Ndc7eTs8aeZ5S5AK7KISuOSsNHh3SvvcJaj
            52er0JNK1WuXfL3yI57BmjIn
            -----END PRIVATE KEY-----
            """,
        jwk: [
            "kty": "RSA",
            "n": "sWTVe4UGj8bLV1LpbnAcSOnlBcPNS93eL58elv2uK7TXrqDbb6gltPDBFVSSKghmEu-fcjwFXR8n8N1408JAJOZMyK"
                + "VruILjwWNAytUG_xiFqXMk2q4N8kb5LwJ_Ey3-IkT7i1L_9_ygO4ihNtjygul-MPMxhyRHXH0131Y-bJlNtCARkKZs"
                + "lBSlc5RaE1KzStpdFWTOKRE6uXJ36WoBq44_GmSEtpH7SE8eYNa15g-lEcHrJ71r3Uz4wHdfzx2xXN0YBLymafN7AE"
                + "Lngo58G5J-nmk8huvCEeEhXwKPrI3y7OouIE1hCubsWGLzfX3x_gSnwEsxgqt4G4Zh095uGw", "e": "AQAB",
        ]
    )
    static let weakRSA = TestKey(
        pem: """
            -----BEGIN PRIVATE KEY-----
            MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALker1uJahdo+QvD
            AMKfPa/XERwpjGHN6zMzucJeir1I0LF88Qb9Es90MSxPoWXiYSulZ30Dfz7PWf+/
            9hLAlpgxIV3o7uaZvp2ESWvnCoQZ55xy2kL5OUkDL/o28pF5/+X0mG5KEzyZZqJk
            rZy2uHGZHeA2IuqLeK8LXkDLecqRAgMBAAECgYBHIiph8zCoJDcmtNzy7DvI+Mxj
            VPfTkUvileq4bJnFWFiRCyCW/eIfg1dt3n93ZgDOw7U7jX90xDqiEsJcvFJhK5WC
            1SC3yDl++Rn1dsWYl6LI9fwxK9cCykUV5vu6DPCnneotQJclmfRWQdceb/mXvWQK
            kZf0sU7mq/Sfixf7zQJBANzzzwmVPc74Bfyi1VZHxXaVmmkH+HKC5nigP4l3IfrY
            zfjSjjN2LPnC4kxzMnMpodD+iesR/6/VjFttzBLtfxsCQQDWe9Qx/alkd2j+9GuZ
            KCm9gMivu4IpgzHdlcam60G0QCVtQOXIjt4v83JJEew4RhRrgYbjcWLMjj7TurSV
            gHvDAkEAg0QZkTDn6ojxTZkTs1GqX3wboyCIGsfn0mwpsypitpuNKrE0qCAiMjP0
            q8SYiVCHgRlnqI8l3zm4TC0b23bbVwJALRTj+gn2I87Re91GDHAbreA2znEcH7ua
            rJeBpK4IJmnhNACTC7+zxeJmoCMrQnzAaARWpNG9UX+IhxpUQKQ73wJAT87qGY47
            ZtAtDwVgfFSoDQX8gZLIGV1/3IkaquQsSIh7THWiKTmsw11mn876rUm6sYFVGF3J
            SB4lg4b5nzHXnw==
            -----END PRIVATE KEY-----
            """,
        jwk: [
            "kty": "RSA",
            "n": "uR6vW4lqF2j5C8MAwp89r9cRHCmMYc3rMzO5wl6KvUjQsXzxBv0Sz3QxLE-hZeJhK6VnfQN_Ps9Z_7_2EsCWmDEhXe"
                + "ju5pm-nYRJa-cKhBnnnHLaQvk5SQMv-jbykXn_5fSYbkoTPJlmomStnLa4cZkd4DYi6ot4rwteQMt5ypE",
            "e": "AQAB",
        ]
    )
    static let p256 = TestKey(
        pem: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOU9leqMIsBPsBcQI
            vP/HIEWxp2QoxiQfRl1MshPatKuhRANCAARxcwgdtbvrUHV7uPYQyHdvrGvweszR
            TOXf1l5m3wJ2UItBZQj/lUKYQB5aOWsk0gb/rY1XUNyXrIKb4hM6/Fpb
            -----END PRIVATE KEY-----
            """,
        jwk: [
            "kty": "EC", "crv": "P-256", "x": "cXMIHbW761B1e7j2EMh3b6xr8HrM0Uzl39ZeZt8CdlA",
            "y": "i0FlCP-VQphAHlo5ayTSBv-tjVdQ3JesgpviEzr8Wls",
        ]
    )
    static let p384 = TestKey(
        pem: """
            -----BEGIN PRIVATE KEY-----
            MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDDUHT0sAWGlijoCqKmY
            DhU5gA1LszEJpXnjiTvZgT+RMtLZs1s2BDMzm+ImWNT0CuuhZANiAAQ8meJuzb1G
            Ze/cXkK73oV8n8fsEe3pTYS1CAAhTzf6TmlaWjgJ+8WkP4JVz1W/ZV+citkZFXMn
            T6Nr9RO/3/6Zyy9Ft3Lv24Ms2wUOhPDPg4USoNqa+egfEjrgeZMyHgs=
            -----END PRIVATE KEY-----
            """,
        jwk: [
            "kty": "EC", "crv": "P-384",
            "x": "PJnibs29RmXv3F5Cu96FfJ_H7BHt6U2EtQgAIU83-k5pWlo4CfvFpD-CVc9Vv2Vf",
            "y": "nIrZGRVzJ0-ja_UTv9_-mcsvRbdy79uDLNsFDoTwz4OFEqDamvnoHxI64HmTMh4L",
        ]
    )
    static let ed25519 = TestKey(
        pem: """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIDqmXuTFPx+TwZhEX+xmVo98XgZmYIKHN2RuzFK1Vq3v
            -----END PRIVATE KEY-----
            """,
        jwk: ["kty": "OKP", "crv": "Ed25519", "x": "tJjuUVKnEmcqY8ZpQ8AjbDzo5XnubaLzfyhCCnR3EOw"]
    )
    static let otherP256 = TestKey(
        pem: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkGgFSECBU1+9U8pO
            +mPsxF41zuTc+mjLKjvO8rlvrDWhRANCAARgpBN4HJ7Do6wLZXAMK2xol6dS4Gih
            WAzOcfzFm0f5AUSXfUR9W6/Bv9J2p5C26aeVfe76ZNJ9Z9YBqUTDhVBI
            -----END PRIVATE KEY-----
            """,
        jwk: [
            "kty": "EC", "crv": "P-256", "x": "YKQTeByew6OsC2VwDCtsaJenUuBooVgMznH8xZtH-QE",
            "y": "RJd9RH1br8G_0nankLbpp5V97vpk0n1n1gGpRMOFUEg",
        ]
    )
}

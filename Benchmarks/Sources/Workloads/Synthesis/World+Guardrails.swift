extension World {
    /// W5: this account as the member of an organization, under a service control policy of eight Denies.
    public var guarded: World {
        var world = self
        world.guardrails = Self.eightDenies
        return world
    }

    /// The service control policy of W5 as JSON: eight Denies, each as AWS publishes them for denying regions and
    /// protecting roles.
    ///
    /// Each has a long NotAction list of services that are exempt, any resource, and who is exempt by
    /// `aws:PrincipalArn`. Hardly an action is on the lists, so that nearly every check evaluates all eight
    /// conditions.
    static var eightDenies: String {
        let statements = (0..<8).map { number in
            let actions = number % 2 == 0 ? exempt : Array(exempt.prefix(22))
            return #"{"Sid":"Guard\#(number)","Effect":"Deny","NotAction":\#(list(actions)),"Resource":"*","#
                + #""Condition":{\#(condition(number))}}"#
        }
        return #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
    }

    /// Half of the Denies spare the roles of applications, half name a few of them.
    private static func condition(_ number: Int) -> String {
        let any = "arn:aws:iam::*:role"
        return number % 4 < 2
            ? #""ArnNotLike":{"aws:PrincipalArn":["\#(any)/platform-\#(number)-*","\#(any)/app-*-role"]}"#
            : #""ArnLike":{"aws:PrincipalArn":["\#(any)/break-glass-*","\#(any)/app-\#(number)3*-role"]}"#
    }

    private static func list(_ texts: [String]) -> String {
        "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }

    /// 52 services and actions that belong to no region.
    private static let exempt = [
        "a4b:*", "acm:*", "aws-marketplace-management:*", "aws-marketplace:*", "aws-portal:*", "budgets:*",
        "ce:*", "chime:*", "cloudfront:*", "config:*", "cur:*", "directconnect:*", "ec2:DescribeRegions",
        "ec2:DescribeTransitGateways", "ec2:DescribeVpnGateways", "fms:*", "globalaccelerator:*", "health:*",
        "iam:*", "importexport:*", "kms:*", "mobileanalytics:*", "networkmanager:*", "organizations:*",
        "pricing:*", "route53:*", "route53domains:*", "route53-recovery-cluster:*",
        "route53-recovery-control-config:*", "route53-recovery-readiness:*", "s3:GetAccountPublic*",
        "s3:ListAllMyBuckets", "s3:ListMultiRegionAccessPoints", "s3:PutAccountPublic*", "shield:*", "sts:*",
        "support:*", "trustedadvisor:*", "waf-regional:*", "waf:*", "wafv2:*", "wellarchitected:*",
        "account:*", "access-analyzer:*", "artifact:*", "billing:*", "consolidatedbilling:*", "freetier:*",
        "invoicing:*", "payments:*", "tax:*", "sustainability:*",
    ]
}

import Portcullis

/// W5: the account of W2 as the member of an organization, under a service control policy of eight Denies.
///
/// Each Deny reads as those that AWS publishes for denying regions and protecting roles: a long NotAction list
/// of services that are exempt, any resource, and who is exempt by `aws:PrincipalArn`. Hardly an action is on
/// the lists, so that nearly every check evaluates all eight conditions.
extension WorkloadFiles {
    func guardedDirectory() throws -> Directory {
        let levels = #""ServiceControlPolicies":["FullAWSAccess"]"#
        let organization = """
            {"Id":"o-workload0","ManagementAccount":"999999999999",
             "Root":{"Id":"r-work",\(levels),"OrganizationalUnits":[
               {"Id":"ou-work-1","Name":"Apps",\(levels),"Accounts":["\(Self.account)"]}]}}
            """
        let account = #"{"ServiceControlPolicies":["FullAWSAccess","Guardrails"]}"#
        return try Directory(files: [
            "organization.json": Array(organization.utf8),
            "service-control-policies/Guardrails.json": Array(Self.guardrails.utf8),
            "accounts/\(Self.account)/account.json": Array(account.utf8),
            "accounts/\(Self.account)/authorization-details.json": Array(details.bytes),
        ])
    }

    private static var guardrails: String {
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

extension Service {
    private static let regions = ["us-east-1", "eu-west-1", "ap-northeast-1"]

    /// A resource of an application: 45 to 75 bytes, with some depth.
    func resource(_ application: Int, _ random: inout RandomSource) -> String {
        let (number, part) = (random.below(100_000), random.below(8))
        let prefix = stem(application)
        switch name {
        case "s3":
            let month = Self.padded(1 + random.below(12), 2)
            return "\(prefix)prefix-\(part)/2026/\(month)/object-\(Self.padded(number, 6)).parquet"
        case "dynamodb": return "\(prefix)table-\(part)/index/by-date-\(number % 10)"
        case "lambda": return "\(prefix)fn-\(part)-handler-\(number % 100)"
        case "ec2": return "\(prefix)i-\(part)/0\(Self.padded(number, 8, radix: 16))"
        case "bedrock": return "\(prefix)agent-\(part)/alias/v\(number % 50)"
        case "sagemaker": return "\(prefix)ep-\(part)/variant-\(number % 50)"
        case "sqs": return "\(prefix)queue-\(part)-shard-\(number % 200)"
        case "kms": return "\(prefix)key-\(part)-\(Self.padded(number, 12, radix: 16))"
        case "secretsmanager": return "\(prefix)db-\(part)/credential-\(number % 500)"
        default: return "\(prefix)svc-\(part):log-stream:\(Self.padded(number, 8))"
        }
    }

    /// Everything of an application.
    func applicationPattern(_ application: Int) -> String { stem(application) + "*" }

    /// One of the eight parts of an application.
    func partPattern(_ application: Int, _ random: inout RandomSource) -> String {
        let part = random.below(8)
        let endings = [
            "s3": "prefix-\(part)/*", "dynamodb": "table-\(part)/*", "lambda": "fn-\(part)-*",
            "ec2": "i-\(part)/*", "bedrock": "agent-\(part)/*", "sagemaker": "ep-\(part)/*",
            "sqs": "queue-\(part)-*", "kms": "key-\(part)-*", "secretsmanager": "db-\(part)/*",
        ]
        return stem(application) + (endings[name] ?? "svc-\(part):*")
    }

    /// Everything of an application with a wildcard in the middle too.
    func innerPattern(_ application: Int) -> String {
        switch name {
        case "s3": stem(application) + "prefix-*/2026/*"
        case "ec2": stem(application, region: "*", account: "*") + "*"
        default: stem(application, region: "*") + "*"
        }
    }

    /// Up to where an application's own names begin.
    func stem(_ application: Int, region: String? = nil, account: String = World.account) -> String {
        if name == "s3" { return "arn:aws:s3:::bucket-\(application)/" }
        let head = "arn:aws:\(name):\(region ?? Self.regions[application % 3]):\(account):"
        let kinds = [
            "dynamodb": "table/", "lambda": "function:", "ec2": "instance/", "bedrock": "agent/",
            "sagemaker": "endpoint/", "sqs": "", "kms": "key/", "secretsmanager": "secret:",
        ]
        let ending = ["secretsmanager", "logs"].contains(name) ? "/" : "-"
        return head + (kinds[name] ?? "log-group:/aws/") + "app-\(application)" + ending
    }

    private static func padded(_ number: Int, _ width: Int, radix: Int = 10) -> String {
        let digits = String(number, radix: radix)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

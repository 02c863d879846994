/// Services with their actions, and the names that applications give their resources in them.
///
/// The parameters are those of the project's workload generator: ten services, weighted as gateways see them.
struct Service: Sendable {
    let name: String
    /// How often a statement concerns it, to the others.
    let weight: Int
    /// Actions without the service.
    let actions: [String]

    private init(_ name: String, _ weight: Int, _ actions: String) {
        (self.name, self.weight) = (name, weight)
        self.actions = actions.split(separator: " ").map(String.init)
    }

    static let all = [
        Service(
            "s3",
            30,
            "GetObject PutObject DeleteObject GetObjectVersion GetObjectTagging PutObjectTagging GetObjectAcl "
                + "PutObjectAcl ListBucket ListBucketVersions GetBucketLocation AbortMultipartUpload "
                + "ListMultipartUploadParts RestoreObject"
        ),
        Service(
            "dynamodb",
            14,
            "GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem DescribeTable "
                + "ConditionCheckItem DescribeStream GetRecords"
        ),
        Service(
            "lambda",
            10,
            "InvokeFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration ListVersionsByFunction "
                + "PublishVersion CreateAlias DeleteAlias GetPolicy AddPermission GetFunctionConfiguration"
        ),
        Service(
            "ec2",
            14,
            "DescribeInstances StartInstances StopInstances RebootInstances TerminateInstances RunInstances "
                + "CreateTags DeleteTags AttachVolume DetachVolume DescribeVolumes ModifyInstanceAttribute "
                + "GetConsoleOutput"
        ),
        Service(
            "bedrock",
            6,
            "InvokeModel InvokeModelWithResponseStream GetFoundationModel ListFoundationModels GetAgent "
                + "InvokeAgent CreateAgent Retrieve RetrieveAndGenerate ApplyGuardrail"
        ),
        Service(
            "sagemaker",
            6,
            "InvokeEndpoint InvokeEndpointAsync DescribeEndpoint CreateTrainingJob DescribeTrainingJob "
                + "StopTrainingJob CreateModel DescribeModel UpdateEndpoint DeleteEndpoint ListTags"
        ),
        Service(
            "sqs",
            6,
            "SendMessage ReceiveMessage DeleteMessage GetQueueAttributes SetQueueAttributes PurgeQueue "
                + "ChangeMessageVisibility GetQueueUrl"
        ),
        Service(
            "kms",
            5,
            "Decrypt Encrypt GenerateDataKey DescribeKey ReEncryptFrom ReEncryptTo CreateGrant RetireGrant"
        ),
        Service(
            "secretsmanager",
            4,
            "GetSecretValue DescribeSecret PutSecretValue UpdateSecret RotateSecret TagResource "
                + "GetRandomPassword"
        ),
        Service(
            "logs",
            5,
            "PutLogEvents CreateLogStream CreateLogGroup DescribeLogStreams GetLogEvents FilterLogEvents "
                + "StartQuery"
        ),
    ]

    static let weights = all.map(\.weight)

    static func any(_ random: inout RandomSource) -> Service { all[random.index(weights: weights)] }

    static func named(_ name: some StringProtocol) -> Service? { all.first { $0.name == name } }

    /// All verbs that actions begin with, each once.
    var verbs: [String] { Array(Set(actions.map(Self.verb))).sorted() }

    /// The verb of an action: `Get` of `GetObject`.
    static func verb(_ action: String) -> String {
        String(action.prefix(1) + action.dropFirst().prefix { $0.isLowercase })
    }

    /// An action of this service, with the service.
    func anyAction(_ random: inout RandomSource) -> String { "\(name):\(random.element(of: actions))" }
}

import Foundation
import Portcullis

/// The files of a workload folder, with policies and principals as the output of
/// `aws iam get-account-authorization-details`.
struct WorkloadFiles {
    static let account = "123456789012"

    let details: SourceText
    let policyCount: Int
    let principals: [UTF8Text]
    private let requestLines: [[UInt8]]

    init(_ folder: String) throws {
        var documents: [String] = []
        var arnByID: [String: String] = [:]
        for line in try Self.lines("\(folder)/policies.jsonl") {
            let root = try JSONDocument(reading: SourceText(line)).root
            let id = root["id"]?.text.description ?? ""
            let arn = "arn:aws:iam::\(Self.account):policy/\(id)"
            arnByID[id] = arn
            let document = String(decoding: root["document"]?.sourceBytes ?? [], as: UTF8.self)
            documents.append(
                #"{"PolicyName":"\#(id)","Arn":"\#(arn)","DefaultVersionId":"v1","PolicyVersionList":"#
                    + #"[{"VersionId":"v1","IsDefaultVersion":true,"Document":\#(document)}]}"#
            )
        }
        var roles: [String] = []
        var names: [UTF8Text] = []
        for (index, line) in try Self.lines("\(folder)/principals.jsonl").enumerated() {
            let root = try JSONDocument(reading: SourceText(line)).root
            roles.append(Self.role(root, number: index, arnByID))
            names.append(root["arn"]?.text ?? "")
        }
        policyCount = documents.count
        principals = names
        requestLines = try Self.lines("\(folder)/requests.jsonl")
        details = SourceText(
            #"{"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[\#(roles.joined(separator: ","))],"#
                + #""Policies":[\#(documents.joined(separator: ","))]}"#,
            name: folder
        )
    }

    func requests() throws -> [JSONValue] {
        try requestLines.map { try JSONDocument(reading: SourceText($0)).root }
    }

    private static func lines(_ path: String) throws -> [[UInt8]] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path))).split(separator: UInt8(ascii: "\n")).map {
            Array($0)
        }
    }

    private static func role(_ root: JSONValue, number: Int, _ arnByID: [String: String]) -> String {
        let arn = root["arn"]?.text.description ?? ""
        let name = arn.split(separator: "/").last.map(String.init) ?? ""
        let attached = root["policies"]?.elements.map { policy in
            let id = policy.text.description
            return #"{"PolicyName":"\#(id)","PolicyArn":"\#(arnByID[id] ?? "")"}"#
        }
        let tags = root["tags"]?.members.map { #"{"Key":"\#($0.key.text)","Value":"\#($0.value.text)"}"# }
        let trust =
            #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}"#
        return #"{"Path":"/","RoleName":"\#(name)","Arn":"\#(arn)","RoleId":"AROA\#(1_000_000 + number)","#
            + #""AssumeRolePolicyDocument":\#(trust),"RolePolicyList":[],"#
            + #""AttachedManagedPolicies":[\#((attached ?? []).joined(separator: ","))],"#
            + #""Tags":[\#((tags ?? []).joined(separator: ","))]}"#
    }
}

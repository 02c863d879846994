import IdentityDirectory
import RandomWorlds
import Vocabulary

/// A directory of one account with roles, each with inline policies given as lists of statements.
func directory(roles: [String: [String: [String]]]) throws -> Directory {
    var files: [String: String] = [:]
    for (role, policies) in roles {
        let folder = "accounts/111122223333/roles/\(role)"
        files["\(folder)/trust-policy.json"] = document([
            #"{"Effect": "Deny", "Principal": "*", "Action": "sts:*"}"#
        ])
        files["\(folder)/role.json"] = #"{"RoleId": "AROAEXAMPLE000000001"}"#
        for (name, statements) in policies { files["\(folder)/inline/\(name).json"] = document(statements) }
    }
    return try Directory(files: files.mapValues { Array($0.utf8) })
}

/// A policy document of these statements.
func document(_ statements: [String]) -> String {
    #"{"Version": "2012-10-17", "Statement": [\#(statements.joined(separator: ", "))]}"#
}

/// An Allow of one action on everything, or on one resource.
func allow(_ action: String, on resource: String = "*") -> String {
    #"{"Effect": "Allow", "Action": "\#(action)", "Resource": "\#(resource)"}"#
}

/// A question of a session of a role.
func question(_ role: String, _ action: String, _ resource: String = "arn:aws:s3:::data/x")
    -> AuthorizationRequest
{
    AuthorizationRequest(
        principal: RequestPrincipal(UTF8Text("arn:aws:iam::111122223333:role/\(role)")) ?? .anonymous,
        action: UTF8Text(action),
        resource: UTF8Text(resource)
    )
}

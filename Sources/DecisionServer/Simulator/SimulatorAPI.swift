import Foundation
import PolicySimulation
public import Portcullis

/// `iam:SimulateCustomPolicy` and `iam:SimulatePrincipalPolicy` in AWS's query protocol, so that AWS's own clients can
/// ask this engine.
///
/// Both disclose policies: who may call them is for the server to say. Signatures of AWS's clients are not looked at.
public struct SimulatorAPI: RequestHandler {
    /// Bounds of one request.
    public struct Limits: Sendable {
        /// Bytes of a body.
        public var bodyBytesMax = 4 << 20
        /// Bytes of policy text, times the actions and resources of one page; about a second's work at the worst.
        public var workBytesMax = 32 << 20

        /// The limits that are meant for everybody.
        public init() {}
    }

    private let policies: PoliciesInForce
    private let key: PagingKey
    private let limits: Limits
    private let options: EvaluationOptions

    /// A simulator over the policies in force.
    ///
    /// - Parameter options: the choices under which the policies in force decide.
    public init(
        _ policies: PoliciesInForce,
        options: EvaluationOptions = EvaluationOptions(),
        key: PagingKey = PagingKey(),
        limits: Limits = Limits()
    ) {
        self.policies = policies
        self.options = options
        self.key = key
        self.limits = limits
    }

    private static let namespace = "xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\""
    private static let defaultPageSize = 100

    /// Answers a request, in XML whatever it is.
    public func respond(to request: ServerRequest) -> ServerResponse {
        let id = UUID().uuidString.lowercased()
        do throws(QueryFault) {
            return Self.response(200, id, try answer(request, id))
        } catch {
            var response = Self.response(error.status, id, Self.text(of: error, id))
            if error.status == 405 { response.headers.append(("Allow", "POST")) }
            return response
        }
    }

    private static func response(_ status: Int, _ id: String, _ xml: XMLText) -> ServerResponse {
        ServerResponse(
            status,
            contentType: "text/xml",
            body: Array(xml.text.utf8),
            headers: [("x-amzn-RequestId", id)]
        )
    }

    private static func text(of fault: QueryFault, _ id: String) -> XMLText {
        var xml = XMLText()
        xml.element("ErrorResponse", attributes: namespace) { xml in
            xml.element("Error") { xml in
                xml.element("Type", fault.status < 500 ? "Sender" : "Receiver")
                xml.element("Code", fault.code)
                xml.element("Message", fault.message)
            }
            xml.element("RequestId", id)
        }
        return xml
    }

    // MARK: Reading

    private func answer(_ request: ServerRequest, _ id: String) throws(QueryFault) -> XMLText {
        guard request.method == "POST" else {
            throw QueryFault(405, "MethodNotAllowed", "the query protocol is spoken by POST")
        }
        let type = request.value(of: "Content-Type")?.split(separator: ";").first ?? ""
        guard type.trimmingCharacters(in: .whitespaces).lowercased() == "application/x-www-form-urlencoded"
        else {
            throw QueryFault(415, "UnsupportedMediaType", "the body is not application/x-www-form-urlencoded")
        }
        guard request.body.count <= limits.bodyBytesMax else {
            throw QueryFault(
                413,
                "RequestEntityTooLarge",
                "the body has more than \(limits.bodyBytesMax) bytes"
            )
        }
        var parameters = QueryParameters(try FormFields(request.body))
        guard let action = try parameters.text("Action") else {
            throw QueryFault(400, "MissingAction", "the parameter `Action` is missing")
        }
        let version = try parameters.text("Version")
        guard version == "2010-05-08", action == "SimulateCustomPolicy" || action == "SimulatePrincipalPolicy"
        else {
            let named = version.map { " of version `\($0)`" } ?? " without a version"
            throw QueryFault(400, "InvalidAction", "there is no action `\(action)`\(named) here")
        }
        let directory = try action == "SimulatePrincipalPolicy" ? directoryInForce() : nil
        var asked = try SimulationRequest(&parameters, principalsOf: directory)
        asked.simulation.options = options
        let page = try page(&parameters, asked)
        return try text(action, asked, page, id)
    }

    private func directoryInForce() throws(QueryFault) -> Directory {
        guard let directory = policies.directory else {
            throw QueryFault(503, "ServiceUnavailable", "no directory of principals is in force")
        }
        return directory
    }

    // MARK: Pages

    private struct Page {
        let actions: Range<Int>
        /// The request without its place.
        let question: [UInt8]
    }

    private func page(
        _ parameters: inout QueryParameters,
        _ asked: SimulationRequest
    ) throws(QueryFault) -> Page {
        let sizeMax = try parameters.number("MaxItems", in: 1...1_000) ?? Self.defaultPageSize
        let marker = try parameters.text("Marker", count: 1...320)
        try parameters.finish()
        let question = parameters.bytes(without: ["Marker", "MaxItems"])
        var start = 0
        if let marker {
            guard let place = key.place(of: marker, in: question), place.count == 4 else {
                throw .invalidInput("`Marker` is of no earlier answer to this request")
            }
            start = place.reduce(0) { $0 << 8 | Int($1) }
        }
        guard start < asked.actions.count else { throw .invalidInput("`Marker` is beyond the end") }
        let work = max(1, asked.simulation.policyBytes) * max(1, asked.resources.count)
        let affordable = limits.workBytesMax / work
        guard affordable > 0 else {
            throw .invalidInput("so many resources under so much policy text are too much for one request")
        }
        let end = min(asked.actions.count, start + min(sizeMax, affordable))
        return Page(actions: start..<end, question: question)
    }

    private func text(
        _ action: String,
        _ asked: SimulationRequest,
        _ page: Page,
        _ id: String
    ) throws(QueryFault) -> XMLText {
        var results: [SimulationResult] = []
        for action in asked.actions[page.actions] {
            do throws(SimulationFault) {
                results.append(try asked.simulation.result(of: action, on: asked.resources))
            } catch {
                throw QueryFault(error)
            }
        }
        let end = page.actions.upperBound
        let isTruncated = end < asked.actions.count
        var xml = XMLText()
        xml.element("\(action)Response", attributes: Self.namespace) { xml in
            xml.element("\(action)Result") { xml in
                xml.list("EvaluationResults", results) { $0.add($1) }
                xml.element("IsTruncated", isTruncated)
                if isTruncated {
                    let place = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: end >> $0) }
                    xml.element("Marker", key.token(of: place, in: page.question))
                }
            }
            xml.element("ResponseMetadata") { $0.element("RequestId", id) }
        }
        return xml
    }
}

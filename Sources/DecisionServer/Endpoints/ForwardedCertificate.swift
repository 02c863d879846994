import RequestMapping

/// Reads `x-forwarded-client-cert` as Envoy writes it: `Hash=…;Subject="CN=a,O=b";URI=spiffe://…;DNS=a.example`.
enum ForwardedCertificate {
    typealias Name = (HTTPRequestBuffer.CertificateName.Kind, [UInt8])

    /// The names of the one certificate; nil where there are several certificates or the text is faulty.
    static func names(_ text: ArraySlice<UInt8>) -> [Name]? {
        var names: [Name] = []
        var rest = text
        repeat {
            guard let equals = rest.firstIndex(of: 61) else { return nil }
            let key = String(decoding: rest[..<equals], as: UTF8.self).lowercased()
            rest = rest[(equals + 1)...]
            guard let value = value(&rest) else { return nil }
            let kind: HTTPRequestBuffer.CertificateName.Kind
            switch key {
            case "uri": kind = .uri
            case "dns": kind = .dns
            case "subject": kind = .subject
            case "by", "hash", "cert", "chain": continue
            default: return nil
            }
            // Envoy writes an empty value for a name that the certificate does not have.
            if !value.isEmpty { names.append((kind, value)) }
        } while skipSemicolon(&rest)
        return rest.isEmpty ? names : nil
    }

    /// Takes a value, within quotes or without, up to a semicolon or the end; a comma outside of quotes would begin
    /// another certificate, and is a fault.
    private static func value(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var value: [UInt8] = []
        guard rest.first == 34 else {
            while let byte = rest.first, byte != 59 {
                guard byte != 44, byte != 34, byte > 32 else { return nil }
                value.append(byte)
                rest.removeFirst()
            }
            return value
        }
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte == 34 { return rest.isEmpty || rest.first == 59 ? value : nil }
            guard byte == 92 else {
                value.append(byte)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            // Only quotes are escaped for the header; other escapes are those of the subject itself.
            if escaped != 34 { value.append(byte) }
            value.append(escaped)
        }
        return nil
    }

    private static func skipSemicolon(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == 59 else { return false }
        rest.removeFirst()
        return true
    }
}

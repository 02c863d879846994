import CNginxModule
import RequestMapping

extension HTTPRequestBuffer {
    /// Copies a request that nginx lends.
    func copy(_ request: UnsafePointer<portcullis_nginx_request>) {
        // INVARIANT: every text, the headers and the names are lent until this returns; what is called here copies them.
        let request = unsafe request.pointee
        unsafe setMethod(request.method.buffer.span)
        unsafe setTarget(request.target.buffer.span)
        unsafe setAuthority(request.authority.buffer.span)
        unsafe setPeerAddress(request.peer_address.buffer.span)
        unsafe setTLSVersion(request.tls_version.buffer.span)
        unsafe setTLSServerName(request.tls_server_name.buffer.span)
        let headers = unsafe UnsafeBufferPointer(start: request.headers, count: request.header_count)
        for index in headers.indices {
            let header = unsafe headers[index]
            unsafe addHeader(header.name.buffer.span, header.value.buffer.span)
        }
        let names = unsafe UnsafeBufferPointer(
            start: request.certificate_names,
            count: request.certificate_name_count
        )
        for index in names.indices {
            let name = unsafe names[index]
            let value = unsafe UInt8(truncatingIfNeeded: name.kind)
            guard let kind = CertificateName.Kind(rawValue: value) else { continue }
            unsafe addCertificateName(kind, name.text.buffer.span)
        }
    }
}

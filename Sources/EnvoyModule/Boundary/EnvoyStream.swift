internal import CEnvoyABI

/// One request in Envoy, for the time of a hook.
///
/// - INVARIANT: the address is Envoy's own of the filter whose hook runs, on the thread it runs on; every callback that
///   is called here was there when the module was loaded, and copies what it is given before it returns.
@safe struct EnvoyStream {
    private let address: UnsafeMutableRawPointer

    init(_ address: UnsafeMutableRawPointer) { unsafe self.address = address }

    /// The number of the thread, from 0.
    var workerIndex: Int { unsafe Int(envoy_dynamic_module_callback_http_filter_get_worker_index(address)) }

    /// What the route says about this filter.
    var route: RouteSettings? {
        // INVARIANT: settings of routes are made by their hook alone, and live as long as the request.
        guard let route = unsafe envoy_dynamic_module_callback_get_most_specific_route_config(address) else {
            return nil
        }
        return unsafe Unmanaged<RouteSettings>.fromOpaque(route).takeUnretainedValue()
    }

    /// A fact about the request or its connection; nil where there is none.
    func attribute(_ attribute: Int) -> LentText? {
        var value = unsafe LentText.none.raw
        // INVARIANT: `value` outlives the call.
        let isThere = unsafe envoy_dynamic_module_callback_http_filter_get_attribute_string(
            address,
            CInt(attribute),
            &value
        )
        guard isThere, unsafe !LentText(value).isTooLarge else { return nil }
        return unsafe LentText(value)
    }

    // MARK: Headers

    /// Writes all headers of the request into the room for them; nil where it does not hold them.
    ///
    /// - Returns: how many there are.
    func readRequestHeaders(_ fields: HeaderFields) -> Int? {
        let headers = CInt(ENVOY_REQUEST_HEADERS)
        let count = unsafe envoy_dynamic_module_callback_http_get_headers_size(address, headers)
        guard count <= HeaderFields.countMax else { return nil }
        // INVARIANT: Envoy writes as many fields as it has just said, and so many have room.
        let isThere = unsafe envoy_dynamic_module_callback_http_get_headers(address, headers, fields.start)
        return isThere ? count : 0
    }

    /// Sets a header of the request or, with ``ENVOY_RESPONSE_HEADERS``, of the response.
    func set(_ name: StaticString, _ value: LentText, of headers: Int) {
        let name = LentText(name)
        _ = unsafe envoy_dynamic_module_callback_http_set_header(address, CInt(headers), name.raw, value.raw)
    }

    /// Removes all headers of a name from the request; what was read of its headers is no longer valid.
    func removeRequestHeader(_ name: borrowing Span<UInt8>) {
        unsafe name.withUnsafeBufferPointer { name in
            let name = unsafe LentText(name)
            _ = unsafe envoy_dynamic_module_callback_http_set_header(
                address,
                CInt(ENVOY_REQUEST_HEADERS),
                name.raw,
                LentText.none.raw
            )
        }
    }

    // MARK: What others see

    /// Sets entries of the request's metadata.
    func setMetadata(_ space: StaticString, _ entries: borrowing FieldList) {
        unsafe envoy_dynamic_module_callback_http_set_dynamic_metadata_string_batch(
            address,
            LentText(space).raw,
            entries.start,
            entries.count
        )
    }

    /// An entry of the request's metadata; lent until metadata is set.
    func metadata(_ space: StaticString, _ key: StaticString) -> LentText? {
        var value = unsafe LentText.none.raw
        // INVARIANT: `value` outlives the call.
        let isThere = unsafe envoy_dynamic_module_callback_http_get_metadata_string(
            address,
            CInt(ENVOY_DYNAMIC_METADATA),
            LentText(space).raw,
            LentText(key).raw,
            &value
        )
        return isThere ? unsafe LentText(value) : nil
    }

    /// Counts one event.
    func increment(_ counter: Int) {
        _ = unsafe envoy_dynamic_module_callback_http_filter_increment_counter(address, counter, nil, 0, 1)
    }

    /// Sets a gauge.
    func setGauge(_ gauge: Int, _ value: UInt64) {
        _ = unsafe envoy_dynamic_module_callback_http_filter_set_gauge(address, gauge, nil, 0, value)
    }

    /// Answers the request here.
    func respond(_ status: Int, _ headers: borrowing FieldList, body: LentText, details: LentText) {
        unsafe envoy_dynamic_module_callback_http_send_response(
            address,
            UInt32(truncatingIfNeeded: status),
            headers.start,
            headers.count,
            body.raw,
            details.raw
        )
    }
}

-- Prints what wrk measured as one line of JSON.

function init(arguments)
    wrk.headers["Host"] = "gateway"
    wrk.headers["Authorization"] = "Bearer " .. arguments[1]
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        '{"requests":%d,"microseconds":%d,"p50":%.1f,"p99":%.1f,"failed":%d}',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.timeout + errors.status
    ))
end

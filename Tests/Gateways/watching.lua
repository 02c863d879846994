-- Load whose every answer is judged. Each thread asks for one model or file again and again, so that what its answers
-- mean is known; see `judged_load.py`, which reads the one line of JSON that this prints.

local paths = {"/v1/models/alpha", "/v1/models/beta", "/v1/models/gamma", "/v1/files/private/plan"}
local threads = {}

function setup(thread)
    thread:set("role", #threads % #paths + 1)
    table.insert(threads, thread)
end

function init(arguments)
    local headers = {["Host"] = "gateway", ["Authorization"] = "Bearer " .. arguments[1]}
    if arguments[2] == "close" then headers["Connection"] = "close" end
    request_text = wrk.format("GET", paths[role], headers)
    statuses, sets, faults, fault_count, answer_count = {}, {}, {}, 0, 0
end

function request() return request_text end

local function note(fault)
    fault_count = fault_count + 1
    if fault_count <= 5 then faults[fault_count] = fault end
end

-- Which set of policies an answer tells of: a or b, both for what is the same in either, none for what is in neither.
local function meaning(status)
    if status ~= 200 and status ~= 403 then return "none" end
    if role == 1 then return status == 200 and "a" or "b" end
    if role == 2 then return status == 200 and "b" or "a" end
    if role == 3 then return status == 200 and "both" or "none" end
    return status == 403 and "both" or "none"
end

function response(status, headers, body)
    answer_count = answer_count + 1
    local key = tostring(status)
    statuses[key] = (statuses[key] or 0) + 1
    local revision = headers["x-portcullis-revision"] or headers["X-Portcullis-Revision"]
    local set = meaning(status)
    if set == "none" then
        note("status " .. key .. " of " .. paths[role])
    elseif not revision or revision == "" then
        note("no revision in an answer of " .. key .. " of " .. paths[role])
    elseif set ~= "both" then
        local process = headers["x-process"] or headers["X-Process"] or "0"
        local who = process .. ":" .. revision
        if sets[who] and sets[who] ~= set then note("revision " .. who .. " means both sets") end
        sets[who] = set
    end
    if status == 200 and body ~= "served\n" then note("the body of 200 is `" .. body .. "`") end
    if status == 403 and not string.find(body, '"error":"forbidden"', 1, true) then
        note("the body of 403 is `" .. body .. "`")
    end
end

local function json(value)
    if type(value) == "number" then return string.format("%.0f", value) end
    if type(value) == "string" then return string.format("%q", value):gsub("\\\n", "\\n") end
    local parts = {}
    for key, one in pairs(value) do table.insert(parts, json(tostring(key)) .. ":" .. json(one)) end
    return "{" .. table.concat(parts, ",") .. "}"
end

function done(summary, latency)
    local per_path, all_sets, all_faults, faults_all, answers = {}, {}, {}, 0, 0
    for _, thread in ipairs(threads) do
        local path = paths[thread:get("role")]
        per_path[path] = per_path[path] or {}
        for status, count in pairs(thread:get("statuses")) do
            per_path[path][status] = (per_path[path][status] or 0) + count
        end
        for who, set in pairs(thread:get("sets")) do
            if all_sets[who] and all_sets[who] ~= set then
                faults_all = faults_all + 1
                table.insert(all_faults, "revision " .. who .. " means both sets")
            end
            all_sets[who] = set
        end
        for _, fault in pairs(thread:get("faults")) do table.insert(all_faults, fault) end
        faults_all = faults_all + thread:get("fault_count")
        answers = answers + thread:get("answer_count")
    end
    print(json({
        answers = answers, statuses = per_path, sets = all_sets, faults = all_faults, fault_count = faults_all,
        errors = {
            connect = summary.errors.connect, read = summary.errors.read, write = summary.errors.write,
            timeout = summary.errors.timeout,
        },
        p99 = latency:percentile(99),
    }))
end

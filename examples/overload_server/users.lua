-- Users for wrk, each on a connection of its own, who think between an answer and the next request. The load that they make hardly falls
-- when answers are slow or refused, as long as they think for longer than they wait.
--
--     wrk -t1 -c200 -d10s -s users.lua URL -- THINK PATIENCE WARM
--
-- THINK: milliseconds in the mean. PATIENCE: milliseconds after which an answer is of no use. WARM: seconds that are not counted.
-- wrk tells a script no latencies, so each request carries the time at which it was sent, and the server sends that back.

local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, micros; } moment; int gettimeofday(moment *, void *);")
local moment = ffi.new("moment")

local function now()
    ffi.C.gettimeofday(moment, nil)
    return tonumber(moment.seconds) * 1e6 + tonumber(moment.micros)
end

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    think, patience = tonumber(args[1]), tonumber(args[2])
    began = now() + tonumber(args[3]) * 1e6
    good, late, refused, told, other, last = 0, 0, 0, 0, 0, 0
    -- How many answers took so many milliseconds.
    answers = {}
    math.randomseed(now() % 1e9)
end

function delay()
    if think == 0 then return 0 end
    return math.floor(-think * math.log(1 - math.random()))
end

function request()
    return wrk.format("GET", "/", { ["x-sent"] = string.format("%.0f", now()) })
end

function response(status, headers, body)
    local time = now()
    if time < began then return end
    last = time
    if status == 200 then
        local took = math.floor((time - tonumber(headers["x-sent"])) / 1000)
        answers[took] = (answers[took] or 0) + 1
        if took <= patience then good = good + 1 else late = late + 1 end
    elseif status == 503 then
        refused = refused + 1
        if headers["retry-after"] then told = told + 1 end
    else
        other = other + 1
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    for _, thread in ipairs(threads) do
        for _, name in ipairs({ "good", "late", "refused", "told", "other" }) do
            print(string.format("FIGURE %s %d", name, thread:get(name)))
        end
        print(string.format("FIGURE micros %.0f", math.max(thread:get("last") - thread:get("began"), 0)))
        for took, count in pairs(thread:get("answers")) do
            print(string.format("ANSWERS %d %d", took, count))
        end
    end
    print(string.format("FIGURE broken %d", errors.connect + errors.read + errors.write))
end

-- wrk -s heavy-tail.lua: GET /burn with work times from a heavy tail (Pareto, exponent 1.1, 1 ms to 200 ms): most take a millisecond, a few
-- take most of the time. The same times in the same order for every server.
init = function(args)
   math.randomseed(20260101)
   requests = {}
   for i = 1, 2000 do
      local ms = math.min(200, math.floor((1 - math.random()) ^ (-1 / 1.1)))
      requests[i] = wrk.format("GET", "/burn?ms=" .. ms)
   end
   sent = 0
end

request = function()
   sent = sent + 1
   return requests[sent % #requests + 1]
end

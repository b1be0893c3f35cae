-- wrk -s pipeline.lua: sixteen requests in one piece, then their sixteen replies.
init = function(args)
   local requests = {}
   for i = 1, 16 do requests[i] = wrk.format("GET", "/") end
   pipeline = table.concat(requests)
end

request = function() return pipeline end

// Failures that were recorded: read once, played in every run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "workloads/csv.hpp"

namespace berth {

struct Recorded {
  SimTime at{};
  std::string node;  // as the log names it; "" where `place` counts
  std::uint32_t place = 0;
  std::uint32_t cause = 0;
  std::optional<Duration> out{};  // for so long; nothing: as `repair` of the config says
};

struct FailureLog {
  std::vector<Recorded> failures;  // in order of time
  std::vector<std::string> causes;
  std::uint32_t places = 0;  // that the log has; 0: it names nodes of the cluster
};

// time_s,node,cause and perhaps repair_s, in order of time; nodes are those of the cluster. With
// `causes`, others are an error.
FailureLog read_failure_csv(const std::string& path, const std::vector<std::string>& causes);

// Every GPU of Titan, 2014 to 2019 (SN,location,insert,remove,duration,out,event; Ostrouchov et
// al., SC'20): a double-bit error (DBE) or a GPU that fell off the bus (OTB) when it was removed.
// Time 0 is the earliest date; a location is a place, in the order of their names.
FailureLog read_titan(const std::string& path);

// Spot instances that come and go (ms,add|remove,name; Bamboo, NSDI'23). A place is empty until an
// instance comes, and after it is taken away until the next one comes, which takes the lowest
// empty place. The log needs as many places as it has instances at a time.
FailureLog read_bamboo(const std::string& path);

}  // namespace berth

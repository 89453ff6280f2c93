#include <array>

#include "workloads/source.hpp"
#include "workloads/synthetic.hpp"
#include "workloads/traces/readers.hpp"

namespace berth {
namespace {

struct Kind {
  std::string_view name;
  std::unique_ptr<const Workload> (*make)(Setting);
};

constexpr std::array kinds{
    Kind{"synthetic", synthetic},
    Kind{"services", services},
    Kind{"jobs", listed},
    Kind{"swf", swf},
    Kind{"itp", itp},
    Kind{"philly", philly},
    Kind{"muri", muri},
    Kind{"sacct", sacct},
    Kind{"openb", openb},
};

}  // namespace

std::vector<std::string_view> workload_kinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kinds) {
    names.push_back(kind.name);
  }
  return names;
}

std::unique_ptr<const Workload> make_workload(Setting setting) {
  return kinds.at(setting.kind_among(workload_kinds())).make(setting);
}

}  // namespace berth

// What jobs carry as small dense ids in the order they were first met: the names of tenants,
// classes and partitions, and profiles of communication.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/ids.hpp"
#include "workloads/communication.hpp"

namespace berth {

template <class IdType>
class Names {
 public:
  IdType id(std::string_view name) {
    if (const auto found = ids_.find(name); found != ids_.end()) {
      return found->second;
    }
    const IdType fresh(static_cast<std::uint32_t>(names_.size()));
    names_.emplace_back(name);
    ids_.emplace(std::string(name), fresh);
    return fresh;
  }
  [[nodiscard]] const std::string& name(IdType id) const {
    check(id.index() < names_.size(), "a name is asked for an id that was given out");
    return names_[id.index()];
  }
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;
  std::map<std::string, IdType, std::less<>> ids_;
};

// Names that the config gave to single jobs; most jobs have a number only.
class JobNames {
 public:
  // `source` is the place of its workload in the config, `number` its number there.
  void add(std::uint32_t source, std::uint64_t number, std::string name) {
    names_.emplace(std::pair(source, number), std::move(name));
  }
  // Null when it has none.
  [[nodiscard]] const std::string* find(std::uint32_t source, std::uint64_t number) const {
    const auto found = names_.find({source, number});
    return found == names_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> names_;
};

struct Catalog {
  Names<TenantId> tenants;
  Names<ClassId> classes;
  Names<PartitionId> partitions;
  JobNames jobs;
  Communications communications;
};

}  // namespace berth

#include "app/reliability.hpp"

#include "core/settings_tree.hpp"
#include "workloads/read_terms.hpp"

namespace berth {
namespace {

// Wherever it was written, and read, below `node`; null: nowhere.
SettingNode* first_size(SettingNode& node) {
  for (const auto& child : node.children) {
    if (child->used && child->key == "checkpoint_size") {
      return child.get();
    }
    if (SettingNode* const found = first_size(*child)) {
      return found;
    }
  }
  return nullptr;
}

}  // namespace

Reliability read_reliability(Setting root, const Topology& topology) {
  Reliability reliability;
  const auto written = root.find("reliability");
  if (!written) {
    static_cast<void>(root.text_or("reliability", "none"));  // for the resolved config
    return reliability;
  }
  constexpr std::size_t most = 256;
  const auto items = written->is_list() ? written->items() : std::vector{*written};
  if (items.empty() || items.size() > most) {
    written->fail("lists no process, or more than 256", "none, where nothing fails");
  }
  for (const Setting& item : items) {
    if (auto process = make_failures(item)) {
      if (process->flaps() && reliability.flaps()) {
        item.fail("links flap already, by another process", "one that is the sum of both");
      }
      reliability.add(std::move(process));
    }
  }
  reliability.check_topology(topology);
  return reliability;
}

std::optional<Terms> read_default_recovery(Setting root) {
  const auto written = root.find("recovery");
  if (!written) {
    return std::nullopt;
  }
  Terms terms;
  read_recovery(terms, *written);
  return terms;
}

std::int64_t read_storage(Setting root) {
  if (const auto storage = root.find("storage")) {
    const Setting bandwidth = storage->at("bandwidth");
    const std::int64_t bytes_per_s = bandwidth.bytes();
    if (bytes_per_s == 0) {
      bandwidth.fail("must be more than 0 bytes a second", "for example 200GB");
    }
    return bytes_per_s;
  }
  for (const char* key : {"workload", "recovery"}) {
    const auto part = root.find(key);
    if (SettingNode* const size = part ? first_size(part->node()) : nullptr) {
      Setting(*size).fail(
          "is written to storage, and there is none",
          "write storage: {bandwidth: 200GB}, bytes a second that all of them share");
    }
  }
  return 0;
}

}  // namespace berth

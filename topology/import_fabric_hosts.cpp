#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "topology/import_fabric_parts.hpp"
#include "topology/names.hpp"

namespace berth {
namespace {

// A description is 64 bytes in InfiniBand (specification 1.4, 14.2.5.2); in longer ones from
// elsewhere no name is looked for, as std::regex needs stack for every byte.
constexpr std::size_t description_most = 256;
constexpr std::size_t rails_most = std::numeric_limits<std::uint8_t>::max();

// An HCA by what its host calls it: "mlx5_5", of the style "mlx#_#".
struct Port {
  DeviceId hca;
  std::string name;
};

std::string style_of(std::string_view name) {
  std::string style;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) {
      style += c;
    } else if (style.empty() || style.back() != '#') {
      style += '#';
    }
  }
  return style;
}

// What was left out for one reason.
struct LeftOut {
  std::uint32_t count = 0;
  std::string example;

  void add(const std::string& description, std::uint32_t more = 1) {
    example = count == 0 ? description : example;
    count += more;
  }
  void note(std::vector<std::string>& notes, std::string_view what, std::string_view why) const {
    if (count > 0) {
      notes.push_back(fmt::format("left out {} {}{}: {}", count, what, count == 1 ? "" : "s", why));
    }
  }
};

std::regex compiled(const std::string& pattern, const std::string& path) {
  std::string what = "has no group that takes the name";
  try {
    std::regex regex(pattern);
    if (regex.mark_count() > 0) {
      return regex;
    }
  } catch (const std::regex_error&) {
    what = "is not a regular expression";
  }
  throw InputError({path}, fmt::format("host_pattern: '{}' {}", pattern, what),
                   "an ECMAScript regular expression whose first group is the node's name");
}

class Finder {
 public:
  Finder(const Fabric& fabric, const ImportOptions& options, const std::string& path)
      : fabric_(fabric), pattern_(compiled(options.host_pattern, path)) {
    for (std::uint32_t i = 0; i < fabric.devices(); ++i) {
      if (fabric.device(DeviceId(i)).kind == DeviceKind::hca) {
        look_at(DeviceId(i));
      }
    }
    leave_out_namesakes();
  }

  [[nodiscard]] std::vector<Host> hosts() const {
    const auto styles = names_by_style();
    std::vector<Host> all;
    for (const auto& [name, ports] : ports_) {
      all.push_back({name, {}});
      for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto& names = styles.at(style_of(ports[i].name));
        const bool by_name = !ports[i].name.empty() && names.size() <= rails_most;
        const std::size_t rail = by_name ? place_in(names, ports[i].name) : i;
        all.back().hcas.push_back(
            {ports[i].hca, static_cast<std::uint8_t>(std::min(rail, rails_most))});
      }
    }
    std::sort(all.begin(), all.end(),
              [](const Host& a, const Host& b) { return natural_less(a.name, b.name); });
    return all;
  }

  void note(std::vector<std::string>& notes) const {
    aggregation_.note(notes, "SHARP aggregation node", "they are part of their switches");
    loose_.note(notes, "HCA", "no cable to a switch, such as '" + loose_.example + "'");
    nameless_.note(notes, "HCA",
                   "no host name in the description, such as '" + nameless_.example + "'");
    namesakes_.note(notes, "HCA",
                    "several hosts have the same name, such as '" + namesakes_.example + "'");
  }

 private:
  void look_at(DeviceId hca) {
    const std::string& description = fabric_.device(hca).description;
    const auto links = fabric_.links(hca);
    std::smatch match;
    if (description.find("Aggregation Node") != std::string::npos) {
      aggregation_.add(description);
    } else if (std::none_of(links.begin(), links.end(), [this](const Fabric::Link& link) {
                 return fabric_.is_switch(link.to.device);
               })) {
      loose_.add(description);
    } else if (description.size() > description_most ||
               !std::regex_search(description, match, pattern_) || match.length(1) == 0) {
      nameless_.add(description);
    } else {
      const auto begin = static_cast<std::size_t>(match.position(1));
      std::string rest = description;
      rest.erase(begin, static_cast<std::size_t>(match.length(1)));
      rest.erase(0, rest.find_first_not_of(" \t"));
      ports_[match[1].str()].push_back({hca, std::move(rest)});
    }
  }

  // A host has each of its HCAs once. Where only the host is named, they are told apart by GUID.
  void leave_out_namesakes() {
    for (auto host = ports_.begin(); host != ports_.end();) {
      auto& ports = host->second;
      std::sort(ports.begin(), ports.end(), [this](const Port& a, const Port& b) {
        return a.name == b.name ? fabric_.device(a.hca).guid < fabric_.device(b.hca).guid
                                : natural_less(a.name, b.name);
      });
      const auto twice = std::adjacent_find(
          ports.begin(), ports.end(),
          [](const Port& a, const Port& b) { return !a.name.empty() && a.name == b.name; });
      if (twice == ports.end()) {
        ++host;
        continue;
      }
      namesakes_.add(fabric_.device(twice->hca).description,
                     static_cast<std::uint32_t>(ports.size()));
      host = ports_.erase(host);
    }
  }

  struct NaturalOrder {
    bool operator()(const std::string& a, const std::string& b) const { return natural_less(a, b); }
  };
  using Names = std::set<std::string, NaturalOrder>;

  [[nodiscard]] std::map<std::string, Names> names_by_style() const {
    std::map<std::string, Names> styles;
    for (const auto& [host, ports] : ports_) {
      for (const Port& port : ports) {
        styles[style_of(port.name)].insert(port.name);
      }
    }
    return styles;
  }
  static std::size_t place_in(const Names& names, const std::string& name) {
    return static_cast<std::size_t>(std::distance(names.begin(), names.find(name)));
  }

  const Fabric& fabric_;
  std::regex pattern_;
  std::map<std::string, std::vector<Port>> ports_;  // by host
  LeftOut aggregation_;
  LeftOut loose_;
  LeftOut nameless_;
  LeftOut namesakes_;
};

// Hosts unlike the others are nodes like the others: the user should know.
void note_odd_hosts(const std::vector<Host>& hosts, std::vector<std::string>& notes) {
  std::map<std::size_t, std::uint32_t> hosts_with;
  for (const Host& host : hosts) {
    ++hosts_with[host.hcas.size()];
  }
  const auto usual =
      std::max_element(hosts_with.begin(), hosts_with.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto odd = std::find_if(hosts.begin(), hosts.end(),
                                [&](const Host& host) { return host.hcas.size() != usual->first; });
  if (odd != hosts.end()) {
    notes.push_back(fmt::format("{} of {} nodes have other than {} HCAs, such as '{}' with {}",
                                hosts.size() - usual->second, hosts.size(), usual->first, odd->name,
                                odd->hcas.size()));
  }
}

}  // namespace

std::vector<Host> hosts_of(const Fabric& fabric, const ImportOptions& options,
                           const std::string& path, std::vector<std::string>& notes) {
  const Finder finder(fabric, options, path);
  std::vector<Host> hosts = finder.hosts();
  finder.note(notes);
  if (hosts.empty()) {
    throw InputError(
        {path},
        fmt::format("no HCA's description gives the name of a node by host_pattern '{}'",
                    options.host_pattern),
        "set host_pattern to a regular expression whose first group is the node's name");
  }
  note_odd_hosts(hosts, notes);
  return hosts;
}

Seats seats_of(const Fabric& fabric, const std::vector<Host>& hosts) {
  std::vector<std::optional<Seat>> by_device(fabric.devices());
  for (std::uint32_t i = 0; i < hosts.size(); ++i) {
    for (const HostPort& port : hosts[i].hcas) {
      by_device[port.hca.index()] = {NodeId(i), port.rail};
    }
  }
  return {static_cast<std::uint32_t>(hosts.size()), std::move(by_device)};
}

}  // namespace berth

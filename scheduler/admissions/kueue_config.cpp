#include "scheduler/admissions/kueue_config.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/int128.hpp"
#include "core/units.hpp"

namespace berth {
namespace {

constexpr std::array<std::string_view, 3> kinds{"gpus", "cpus", "memory"};
constexpr std::int64_t gpus_most = 10'000'000;
constexpr std::int64_t cpus_most = 1'000'000'000;
constexpr double weight_most = 1'000'000;

QuotaAmount read_amount(Setting value, std::size_t kind) {
  if (const std::string text = value.text(); text.ends_with('%')) {
    const auto percent = parse_integer(std::string_view(text).substr(0, text.size() - 1));
    if (!percent || *percent < 0 || *percent > 100) {
      value.fail("must be a whole number of percent from 0% to 100%");
    }
    return {*percent, true};
  }
  switch (kind) {
    case 0:
      return {value.count(0, gpus_most) * 1000, false};
    case 1:
      return {value.count(0, cpus_most) * 1000, false};
    default:
      return {std::min(value.bytes(), without_limit), false};
  }
}

class Reader {
 public:
  explicit Reader(Setting setting) : setting_(setting) {}

  KueueConfig read() {
    read_flavors();
    read_cohorts();
    if (const auto map = setting_.find("each_tenant")) {
      config_.each_tenant = read_queue("", *map);
    }
    read_queues();
    if (std::ranges::find(config_.counted, true) == config_.counted.end()) {
      setting_.fail("has no quota at all", "write nominal: {gpus: 64} in a queue or a cohort");
    }
    read_local_queues();
    return std::move(config_);
  }

 private:
  void read_queues() {
    if (config_.each_tenant && !setting_.find("queues")) {
      return;
    }
    for (const auto& [name, map] : setting_.at("queues").entries()) {
      config_.queues.push_back(read_queue(name, map));
    }
    if (config_.queues.empty() && !config_.each_tenant) {
      setting_.at("queues").fail("names no cluster queue", "or write each_tenant: {...}");
    }
  }

  void read_flavors() {
    const auto flavors = setting_.find("flavors");
    if (!flavors) {
      config_.flavors.emplace_back();
      return;
    }
    with_flavors_ = true;
    for (const auto& [name, map] : flavors->entries()) {
      config_.flavors.push_back({name, words(map, "gpu_models"), words(map, "labels")});
    }
    if (config_.flavors.empty()) {
      flavors->fail("names no flavor", "leave it out where all nodes are alike");
    }
  }

  static std::vector<std::string> words(Setting map, std::string_view key) {
    std::vector<std::string> all;
    const auto written = map.find(key);
    if (written) {
      for (const Setting& one : written->is_list() ? written->items() : std::vector{*written}) {
        all.push_back(one.text());
      }
    }
    return all;
  }

  // A cohort of a cohort may be written before or after it.
  void read_cohorts() {
    const auto cohorts = setting_.find("cohorts");
    if (!cohorts) {
      return;
    }
    std::vector<std::pair<KueueNode, Setting>> written;
    for (const auto& [name, map] : cohorts->entries()) {
      written.emplace_back(read_node(name, map, Of::cohort), map);
      cohorts_.insert(name);
    }
    std::set<std::string> placed{""};
    while (!written.empty()) {
      const auto next = std::ranges::find_if(
          written, [&placed](const auto& one) { return placed.contains(one.first.cohort); });
      if (next == written.end()) {
        const auto& [node, map] = written.front();
        if (!cohorts_.contains(node.cohort)) {
          map.at("cohort").fail("no such cohort '" + node.cohort + "'", known(cohorts_));
        }
        map.at("cohort").fail("cohorts are inside each other in a circle");
      }
      placed.insert(next->first.name);
      config_.cohorts.push_back(std::move(next->first));
      written.erase(next);
    }
  }

  KueueNode read_queue(const std::string& name, Setting map) {
    KueueNode node = read_node(name, map, Of::queue);
    node.strict =
        map.choice_or("strategy", "BestEffortFIFO", {"BestEffortFIFO", "StrictFIFO"}) == 1;
    if (!node.cohort.empty() && cohorts_.insert(node.cohort).second) {
      if (setting_.find("cohorts")) {
        map.at("cohort").fail("no such cohort '" + node.cohort + "'", known(cohorts_));
      }
      config_.cohorts.push_back(nothing_of_its_own(node.cohort));
    }
    return node;
  }

  [[nodiscard]] KueueNode nothing_of_its_own(const std::string& name) const {
    KueueNode node;
    node.name = name;
    const std::size_t flavors = config_.flavors.size();
    const QuotaAmount endless{without_limit, false};
    node.nominal.resize(flavors);
    node.borrowing.assign(flavors, {endless, endless, endless});
    node.lending = node.borrowing;
    return node;
  }

  enum class Of : std::uint8_t { queue, cohort };
  KueueNode read_node(const std::string& name, Setting map, Of of) {
    KueueNode node = nothing_of_its_own(name);
    node.cohort = map.text_or("cohort", "");
    node.weight = static_cast<std::int64_t>(map.number_or("weight", 1.0, 0.0, weight_most) * 1000);
    read_amounts(map, "nominal", node.nominal);
    for (auto& [key, amounts] : {std::pair{"borrowing_limit", &node.borrowing},
                                 std::pair{"lending_limit", &node.lending}}) {
      if (const auto limit = map.find(key)) {
        if (node.cohort.empty()) {
          limit->fail("needs a cohort", "nobody lends to who is in none");
        }
        if (of == Of::queue) {  // a cohort has what is in it, too
          refuse_limit_of_nothing(map.find("nominal"), *limit);
        }
        read_amounts(map, key, *amounts);
      }
    }
    refuse_lending_more(node, map);
    return node;
  }

  // Kueue has a limit beside each nominal quota, and none by itself.
  void refuse_limit_of_nothing(std::optional<Setting> nominal, Setting limit) const {
    if (!with_flavors_) {
      refuse_kinds_of_nothing(nominal, limit);
      return;
    }
    for (const auto& [flavor, of_flavor] : limit.entries()) {
      refuse_kinds_of_nothing(nominal ? nominal->find(flavor) : std::nullopt, of_flavor);
    }
  }
  static void refuse_kinds_of_nothing(std::optional<Setting> nominal, Setting limit) {
    for (const std::string_view kind : kinds) {
      const auto written = limit.find(kind);
      if (written && !(nominal && nominal->find(kind))) {
        written->fail("is of no nominal quota",
                      "write nominal: {" + std::string(kind) + ": 0} where all of it is borrowed");
      }
    }
  }

  static void refuse_lending_more(const KueueNode& node, Setting map) {
    for (std::size_t flavor = 0; flavor < node.nominal.size(); ++flavor) {
      for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        const QuotaAmount& lends = node.lending[flavor][kind];
        const QuotaAmount& has = node.nominal[flavor][kind];
        if (lends.value < without_limit && lends.percent == has.percent &&
            lends.value > has.value) {
          map.at("lending_limit").fail("lends more " + std::string(kinds[kind]) + " than nominal");
        }
      }
    }
  }

  void read_amounts(Setting map, std::string_view key, std::vector<QuotaAmounts>& amounts) {
    const auto written = map.find(key);
    if (!written) {
      return;
    }
    if (!with_flavors_) {
      read_kinds(*written, amounts[0]);
      return;
    }
    for (const auto& [name, of_flavor] : written->entries()) {
      const auto flavor = std::ranges::find(config_.flavors, name, &KueueFlavor::name);
      if (flavor == config_.flavors.end()) {
        of_flavor.fail("no such flavor '" + name + "'", "name it in `flavors`");
      }
      read_kinds(of_flavor, amounts[static_cast<std::size_t>(flavor - config_.flavors.begin())]);
    }
  }

  void read_kinds(Setting map, QuotaAmounts& amounts) {
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      if (const auto value = map.find(kinds[kind])) {
        amounts[kind] = read_amount(*value, kind);
        config_.counted[kind] = true;
      }
    }
  }

  void read_local_queues() {
    std::set<std::string> queues;
    for (const KueueNode& queue : config_.queues) {
      queues.insert(queue.name);
    }
    const auto checked = [&queues](Setting value) {
      const std::string name = value.text();
      if (!queues.contains(name)) {
        value.fail("no such cluster queue '" + name + "'", known(queues));
      }
      return name;
    };
    if (const auto local = setting_.find("local_queues")) {
      for (const auto& [name, value] : local->entries()) {
        config_.local_queues[name] = checked(value);
      }
    }
    if (const auto otherwise = setting_.find("otherwise")) {
      config_.otherwise = checked(*otherwise);
    }
  }

  static std::string known(const std::set<std::string>& names) {
    std::string text = "known:";
    for (const std::string& name : names) {
      text += (text.ends_with(':') ? " " : ", ") + name;
    }
    return text;
  }

  Setting setting_;
  KueueConfig config_;
  std::set<std::string> cohorts_;
  bool with_flavors_ = false;
};

Amounts resolved(const QuotaAmounts& amounts, const Amounts& all) {
  Amounts exact{};
  for (std::size_t kind = 0; kind < exact.size(); ++kind) {
    const auto& [value, percent] = amounts[kind];
    exact[kind] = percent ? static_cast<std::int64_t>(Int128{all[kind]} * value / 100) : value;
  }
  return exact;
}

}  // namespace

KueueConfig read_kueue(Setting setting) { return Reader(setting).read(); }

QuotaNode resolved(const KueueNode& node, const std::vector<Amounts>& fleet_has) {
  QuotaNode exact;
  exact.weight = node.weight;
  for (std::size_t flavor = 0; flavor < fleet_has.size(); ++flavor) {
    exact.nominal.push_back(resolved(node.nominal[flavor], fleet_has[flavor]));
    exact.borrowing.push_back(resolved(node.borrowing[flavor], fleet_has[flavor]));
    exact.lending.push_back(resolved(node.lending[flavor], fleet_has[flavor]));
  }
  return exact;
}

}  // namespace berth

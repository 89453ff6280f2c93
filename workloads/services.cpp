#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/distribution.hpp"
#include "workloads/cold_start.hpp"
#include "workloads/draws.hpp"
#include "workloads/labels.hpp"
#include "workloads/mixes.hpp"
#include "workloads/shape.hpp"
#include "workloads/synthetic.hpp"

namespace berth {
namespace {

constexpr std::int64_t replicas_most = 1'000'000;
constexpr std::int64_t default_priority = 100;

struct Service {
  std::uint64_t replicas = 1;
  Job replica;
  std::string tenant;
  std::optional<Distribution> lifetime;  // of each replica; without it, it stays
  std::optional<Duration> cold_start;    // of each replica, where it is said here
};

Service read_service(Setting map) {
  Service service;
  service.replicas = static_cast<std::uint64_t>(map.count_or("replicas", 1, 1, replicas_most));
  const std::string name = read_name(map, "name", "service");
  service.tenant = read_name(map, "tenant", name);
  service.replica.ask = read_ask(map);
  service.replica.priority = static_cast<std::int32_t>(
      map.count_or("priority", default_priority, -priority_most, priority_most));
  service.replica.submit = SimTime{map.duration_or("start", Duration{})};
  service.replica.work = longest_duration;
  service.replica.limit = longest_duration;
  if (const auto lifetime = map.find("lifetime")) {
    service.lifetime = Distribution::read(*lifetime);
  }
  if (const auto cold_start = map.find("cold_start")) {
    service.cold_start = read_cold_start(*cold_start, service.replica.ask.gpus);
  }
  return service;
}

std::vector<Service> read_services(Setting list) {
  std::vector<Service> services;
  std::uint64_t replicas = 0;
  for (const Setting item : list.items()) {
    services.push_back(read_service(item));
    replicas += services.back().replicas;
  }
  if (services.empty()) {
    list.fail("needs at least one service");
  }
  if (replicas > replicas_most) {
    list.fail("has " + std::to_string(replicas) + " replicas in all",
              "the most is " + std::to_string(replicas_most));
  }
  return services;
}

// What a replica has served is served: when it is stopped it loses capacity, not work.
std::shared_ptr<const Terms> terms_of(const Service& service, const Terms* shared) {
  auto terms = std::make_shared<Terms>(shared != nullptr ? *shared : Terms{});
  if (terms->checkpoint_every == Duration{} && !terms->checkpoint_daly) {
    terms->checkpoint_every = checkpoint_always;
  }
  terms->cold_start = service.cold_start.value_or(terms->cold_start);
  return terms;
}

// Services in order of their start, one replica after the other.
class ServiceSource final : public JobSource {
 public:
  ServiceSource(const std::vector<Service>& services, const Labels& labels, RunKey run,
                std::uint32_t index, Catalog& catalog)
      : run_(run), index_(index) {
    const Job blank = labels.job(catalog);
    std::uint64_t first_number = 1;
    for (const Service& service : services) {
      Pending pending{&service, service.replica, 0};
      pending.job.number = first_number;
      pending.job.job_class = blank.job_class;
      pending.job.partition = blank.partition;
      pending.job.communication = blank.communication;
      pending.job.terms = terms_of(service, blank.terms.get());
      pending.job.tenant = catalog.tenants.id(service.tenant);
      pending_.push_back(pending);
      first_number += service.replicas;
    }
    total_ = first_number - 1;
    std::ranges::stable_sort(pending_, {}, [](const Pending& each) { return each.job.submit; });
  }

  bool next(Job& job) override {
    if (at_ == pending_.size()) {
      return false;
    }
    Pending& pending = pending_[at_];
    job = pending.job;
    job.number += pending.given;
    if (pending.service->lifetime) {
      Random draws = draws_of_job(run_, index_, job.number);
      job.work = pending.service->lifetime->sample(draws);
    }
    at_ += ++pending.given == pending.service->replicas ? 1U : 0U;
    ++given_;
    return true;
  }
  [[nodiscard]] std::optional<double> progress() const override {
    return static_cast<double>(given_) / static_cast<double>(total_);
  }

 private:
  struct Pending {
    const Service* service;
    Job job;
    std::uint64_t given;
  };
  RunKey run_;
  std::uint32_t index_;
  std::vector<Pending> pending_;
  std::size_t at_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t total_ = 0;
};

class Services final : public Workload {
 public:
  explicit Services(Setting setting)
      : labels_(Labels::read_names(setting, "inference", "inference")),
        services_(read_services(setting.at("services"))) {}
  [[nodiscard]] std::unique_ptr<JobSource> open(RunKey run, std::uint32_t index,
                                                Catalog& catalog) const override {
    return std::make_unique<ServiceSource>(services_, labels_, run, index, catalog);
  }
  [[nodiscard]] bool finite() const override {
    return std::ranges::all_of(services_,
                               [](const Service& service) { return service.lifetime.has_value(); });
  }

 private:
  Labels labels_;
  std::vector<Service> services_;
};

}  // namespace

std::unique_ptr<const Workload> services(Setting setting) {
  return std::make_unique<Services>(setting);
}

}  // namespace berth

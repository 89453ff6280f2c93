#include "app/comparison.hpp"

#include <cmath>
#include <numeric>

#include "app/run_report.hpp"
#include "app/student_t.hpp"

namespace berth {
namespace {

using Better = Metric::Better;

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Difference difference(const std::vector<double>& values, const std::vector<double>& base) {
  const std::size_t runs = values.size();
  std::vector<double> differences(runs);
  for (std::size_t i = 0; i < runs; ++i) {
    differences[i] = values[i] - base[i];
  }
  Difference result{mean_of(differences), std::nullopt};
  if (runs > 1) {
    double squares = 0;
    for (const double each : differences) {
      squares += (each - result.mean) * (each - result.mean);
    }
    const double variance = squares / static_cast<double>(runs - 1);
    result.half_width = student_t_975(runs - 1) * std::sqrt(variance / static_cast<double>(runs));
  }
  return result;
}

double mean_wait(const Summary& summary) {
  return summary.all.wait_s ? summary.all.wait_s->mean : 0;
}
double p95_wait(const Summary& summary) { return summary.all.wait_s ? summary.all.wait_s->p95 : 0; }
double slowdown(const Summary& summary) {
  return summary.all.bounded_slowdown ? summary.all.bounded_slowdown->mean : 0;
}
double makespan(const Summary& summary) {
  return summary.makespan ? static_cast<double>(summary.makespan->count()) / 1e9 : 0;
}

}  // namespace

const std::vector<Metric>& comparison_metrics() {
  static const std::vector<Metric> metrics{
      {"utilization", "GPUs in use", Unit::fraction, Better::higher,
       [](const Summary& s) { return fraction_of_capacity(s, s.gpu_time.allocated); }},
      {"mean_wait_s", "mean wait", Unit::seconds, Better::lower, mean_wait},
      {"p95_wait_s", "95 % wait", Unit::seconds, Better::lower, p95_wait},
      {"bounded_slowdown", "slowdown", Unit::ratio, Better::lower, slowdown},
      {"timed_out", "timed out", Unit::count, Better::lower,
       [](const Summary& s) { return static_cast<double>(s.all.jobs.timed_out); }},
      {"completed", "completed", Unit::count, Better::higher,
       [](const Summary& s) { return static_cast<double>(s.all.jobs.completed); }},
      {"makespan_s", "makespan", Unit::seconds, Better::lower, makespan},
  };
  return metrics;
}

bool Difference::is_significant() const {
  return half_width.has_value() && std::abs(mean) > *half_width;
}

Comparison compare(const std::vector<std::string>& names,
                   const std::vector<std::vector<Summary>>& summaries) {
  Comparison comparison;
  comparison.runs = summaries.front().size();
  for (std::size_t p = 0; p < names.size(); ++p) {
    PolicyResult result{names[p], {}, {}, {}};
    for (const Metric& metric : comparison_metrics()) {
      std::vector<double> values;
      for (const Summary& summary : summaries[p]) {
        values.push_back(metric.of(summary));
      }
      if (p > 0) {
        const auto& base = comparison.policies.front().values[result.values.size()];
        result.differences.push_back(difference(values, base));
      }
      result.means.push_back(mean_of(values));
      result.values.push_back(std::move(values));
    }
    comparison.policies.push_back(std::move(result));
  }
  return comparison;
}

}  // namespace berth

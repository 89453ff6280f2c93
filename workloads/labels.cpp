#include "workloads/labels.hpp"

#include "workloads/read_terms.hpp"

namespace berth {

Labels Labels::read(Setting map, std::string_view class_otherwise,
                    std::int32_t priority_otherwise) {
  Labels labels = read_names(map, class_otherwise, "dense");
  labels.priority = static_cast<std::int32_t>(
      map.count_or("priority", priority_otherwise, -priority_most, priority_most));
  return labels;
}

Labels Labels::read_names(Setting map, std::string_view class_otherwise,
                          std::string_view communication_otherwise) {
  Labels labels;
  labels.job_class = read_name(map, "class", class_otherwise);
  labels.partition = read_name(map, "partition", default_name);
  labels.communication = read_communication(map, communication_otherwise);
  labels.terms = read_terms(map);
  return labels;
}

Job Labels::job(Catalog& catalog) const {
  Job job;
  job.job_class = catalog.classes.id(job_class);
  job.partition = catalog.partitions.id(partition);
  job.priority = priority;
  job.communication = catalog.communications.id(communication);
  job.terms = terms;
  return job;
}

std::string read_name(Setting map, std::string_view key, std::string_view otherwise) {
  std::string name = map.text_or(key, otherwise);
  if (name.empty()) {
    map.at(key).fail("must be a name, is empty");
  }
  return name;
}

}  // namespace berth

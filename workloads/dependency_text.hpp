// Dependencies as sbatch --dependency takes them (Slurm, sbatch(1)).
#pragma once

#include <string>
#include <vector>

#include "core/settings.hpp"
#include "workloads/terms.hpp"

namespace berth {

// A dependency on a job by its name.
struct NamedDependency {
  Dependency::Kind kind = Dependency::Kind::after_ok;
  std::string job;   // "" of a singleton
  Duration delay{};  // of `after`
};

// "afterok:a:b,afterany:c,after:d+10,singleton": all of them; or a list of
// such. InputError for the `?` of any-of, and
// for kinds that are not known here (afterburstbuffer, aftercorr, expand).
std::vector<NamedDependency> read_dependencies(Setting text);

}  // namespace berth

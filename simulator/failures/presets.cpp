// Failure rates of real fleets, each with its source. Rates are of interruptions per 1,000
// node-days; a node has 8 GPUs where nothing else is said. Where a source has no counts by
// component, the shares are an assumption, and marked so.
#include <array>

#include "simulator/failures/nodes.hpp"

namespace berth {
namespace {

// Llama 3 405B, table 5: the 419 unexpected interruptions of 54 days on 16,384 H100. (The paper
// prints 30.1 % for faulty GPUs; its counts say 148 / 419 = 35.3 %. Counts are used.)
constexpr std::array llama3_causes{
    CauseLine{"faulty_gpu", 148, Mend::hardware, Notice::poll},
    CauseLine{"gpu_hbm", 72, Mend::hardware, Notice::poll},
    CauseLine{"software_bug", 54, Mend::software, Notice::crash},
    CauseLine{"switch_or_cable", 35, Mend::hardware, Notice::hang},
    CauseLine{"unplanned_maintenance", 32, Mend::reboot, Notice::planned},
    CauseLine{"gpu_sram", 19, Mend::hardware, Notice::poll},
    CauseLine{"gpu_system_processor", 17, Mend::hardware, Notice::poll},
    CauseLine{"nic", 7, Mend::hardware, Notice::hang},
    CauseLine{"nccl_watchdog", 7, Mend::software, Notice::hang},
    CauseLine{"silent_corruption", 6, Mend::hardware, Notice::hang},
    CauseLine{"gpu_thermal", 6, Mend::hardware, Notice::poll},
    CauseLine{"ssd", 3, Mend::hardware, Notice::poll},
    CauseLine{"power_supply", 3, Mend::hardware, Notice::crash},
    CauseLine{"chassis", 2, Mend::hardware, Notice::poll},
    CauseLine{"io_board", 2, Mend::hardware, Notice::poll},
    CauseLine{"dependency", 2, Mend::software, Notice::crash},
    CauseLine{"cpu", 2, Mend::hardware, Notice::crash},
    CauseLine{"memory", 2, Mend::hardware, Notice::crash},
};
constexpr double llama3_rate = 419.0 / (2048 * 54) * 1000;  // 3.79

// Revisiting Reliability in Large-Scale ML Research Clusters (Meta): r_f of both clusters, and that
// IB links, filesystem mounts, GPU memory and PCIe dominate; the shares are an assumption. Lemons:
// 1.2 % and 1.7 % of the nodes; that they fail 20 times as often is an assumption.
constexpr std::array rsc_causes{
    CauseLine{"ib_link", 30, Mend::hardware, Notice::hang},
    CauseLine{"filesystem_mount", 20, Mend::reboot, Notice::crash},
    CauseLine{"gpu_memory", 20, Mend::hardware, Notice::poll},
    CauseLine{"pcie", 15, Mend::hardware, Notice::poll},
    CauseLine{"other", 15, Mend::hardware, Notice::poll},
};
constexpr double rsc1_rate = 6.50;
constexpr double rsc2_rate = 2.34;
constexpr double rsc1_lemons = 0.012;
constexpr double rsc2_lemons = 0.017;
constexpr double rsc_lemon_times = 20;

// coreweave.com: MTTF of 3.66 days on 1,024 GPUs (128 nodes), by its own account; components as
// Llama 3's (assumption).
constexpr double coreweave_rate = 1000 / (128 * 3.66);  // 2.13

// The logbook of OPT-175B: about two machines a day of 128 down in late 2021, replaced by hand.
constexpr std::array opt_causes{CauseLine{"machine", 1, Mend::hardware, Notice::hang}};
constexpr double opt_rate = 2.0 / 128 * 1000;  // 15.6

// SemiAnalysis (hearsay): a weak neocloud has fewer than 400 GPU-days between interruptions, GB200
// 1,000 to 3,000. A GB200 node has 4 GPUs; the shares of its components are an assumption.
constexpr double weak_rate = 8.0 / 400 * 1000;  // 20
constexpr std::array gb200_causes{
    CauseLine{"gpu", 50, Mend::hardware, Notice::poll},
    CauseLine{"nvlink", 20, Mend::hardware, Notice::poll},
    CauseLine{"nic_or_cable", 10, Mend::hardware, Notice::hang},
    CauseLine{"host", 10, Mend::hardware, Notice::crash},
    CauseLine{"software", 10, Mend::software, Notice::crash},
};
constexpr double gb200_rate = 4.0 / 2000 * 1000;  // 2

}  // namespace

std::unique_ptr<const FailureProcess> llama3_h100(Setting setting) {
  return nodes_that_fail(setting, {llama3_rate, llama3_causes});
}
std::unique_ptr<const FailureProcess> rsc1(Setting setting) {
  return nodes_that_fail(setting, {rsc1_rate, rsc_causes, rsc1_lemons, rsc_lemon_times});
}
std::unique_ptr<const FailureProcess> rsc2(Setting setting) {
  return nodes_that_fail(setting, {rsc2_rate, rsc_causes, rsc2_lemons, rsc_lemon_times});
}
std::unique_ptr<const FailureProcess> coreweave(Setting setting) {
  return nodes_that_fail(setting, {coreweave_rate, llama3_causes});
}
std::unique_ptr<const FailureProcess> opt_2021(Setting setting) {
  return nodes_that_fail(setting, {opt_rate, opt_causes});
}
std::unique_ptr<const FailureProcess> weak_neocloud(Setting setting) {
  return nodes_that_fail(setting, {weak_rate, llama3_causes});
}
std::unique_ptr<const FailureProcess> gb200(Setting setting) {
  return nodes_that_fail(setting, {gb200_rate, gb200_causes});
}

}  // namespace berth

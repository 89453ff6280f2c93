#include "scheduler/admission.hpp"

#include <array>

#include "scheduler/maker.hpp"

namespace berth {
namespace {

#define ADMISSION(name, does) Maker<Admission>{#name, does, name},
constexpr std::array admissions{
#include "scheduler/admissions.inc"
};
#undef ADMISSION

}  // namespace

std::unique_ptr<Admission> make_admission(Setting setting) { return make(admissions, setting); }
std::vector<std::string_view> admission_names() { return names(admissions); }
std::string_view admission_summary(std::string_view name) { return summary(admissions, name); }

}  // namespace berth

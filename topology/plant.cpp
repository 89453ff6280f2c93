#include "topology/plant.hpp"

namespace berth {

std::string_view fate_name(FateKind kind) {
  switch (kind) {
    case FateKind::rack:
      return "rack";
    case FateKind::pdu:
      return "pdu";
    case FateKind::cdu:
      return "cdu";
  }
  return "";
}

}  // namespace berth

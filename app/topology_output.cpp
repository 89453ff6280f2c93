#include "app/topology_output.hpp"

#include "simulator/sinks/output_file.hpp"

namespace berth {

void write_whole_file(const std::string& path, const std::string& text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

void put_result(const std::optional<std::string>& path, const std::string& text,
                const Console& console) {
  if (path) {
    write_whole_file(*path, text);
  } else {
    console.out << text;
  }
}

}  // namespace berth

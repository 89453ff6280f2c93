install(TARGETS berth)

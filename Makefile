# promise - delivery dates that can be kept

EXTENSION  = promise
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(EXTENSION).control)
MODULE_big = $(EXTENSION)

# Holidays from iCalendar text are a library of their own, loaded when they are
# asked for: the extension works where libical is missing.
ICAL_SRC   = src/types/ical_library.c
ICAL_LIB   = $(EXTENSION)_ical.so

# core and engine are pure: they compile a second time, with -DFRONTEND, for
# the unit tests (see test/unit).
PURE_SRCS  = $(sort $(wildcard src/core/*.c src/engine/*.c))
OBJS       = $(PURE_SRCS:.c=.o) \
	$(patsubst %.c,%.o,$(sort $(filter-out $(ICAL_SRC),$(wildcard src/types/*.c src/store/*.c src/api/*.c))))
ALL_INCLUDES = $(wildcard src/*/*.h)

PG_CPPFLAGS = -Isrc
PG_CFLAGS   = -std=gnu11 -Wall -Wextra -Wno-unused-parameter \
	-Wno-sign-compare -Wno-missing-field-initializers

DATA       = $(wildcard src/sql/updates/*.sql)
DATA_built = $(EXTENSION)--$(EXTVERSION).sql

# one file per topic; catalog_sanity sees what all of them created, upgrade is last
REGRESS    = $(filter-out catalog_sanity,$(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))) catalog_sanity
REGRESS_OPTS = --load-extension=$(EXTENSION)

EXTRA_CLEAN = $(ICAL_LIB) $(ICAL_SRC:.c=.o) $(EXTENSION)--$(EXTVERSION).sql test/unit/run results regression.diffs regression.out build

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(ALL_INCLUDES)

$(EXTENSION)--$(EXTVERSION).sql: $(sort $(wildcard src/sql/*.sql)) $(EXTENSION).control
	cat $(sort $(wildcard src/sql/*.sql)) > $@

# PGXS builds one library; this is the other.
all: $(ICAL_LIB)

$(ICAL_LIB): $(ICAL_SRC:.c=.o)
	$(CC) $(CFLAGS) $< $(LDFLAGS) $(LDFLAGS_SL) -shared -o $@ -lical

install: install-ical

.PHONY: install-ical uninstall-ical
install-ical: $(ICAL_LIB) installdirs
	$(INSTALL_SHLIB) $(ICAL_LIB) '$(DESTDIR)$(pkglibdir)/'

uninstall: uninstall-ical
uninstall-ical:
	rm -f '$(DESTDIR)$(pkglibdir)/$(ICAL_LIB)'

# Unit tests of the pure layers: no server, AddressSanitizer and UBSan.
UNIT_SRCS = $(sort $(wildcard test/unit/*.c))
UNIT_OBJS = $(patsubst %.c,build/%.o,$(PURE_SRCS) $(UNIT_SRCS))
UNIT_CFLAGS = -std=gnu11 -g -O1 -Wall -Wextra -Wno-unused-parameter \
	-Wno-sign-compare -Wno-missing-field-initializers $(COPT) \
	-DFRONTEND -DUSE_ASSERT_CHECKING \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined

build/%.o: %.c $(ALL_INCLUDES) $(wildcard test/unit/*.h)
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -I$(includedir_server) -Isrc -Itest/unit -c -o $@ $<

test/unit/run: $(UNIT_OBJS)
	$(CC) $(UNIT_CFLAGS) -o $@ $^ -L$(pkglibdir) -L$(libdir) -lpgcommon -lpgport -lm

.PHONY: unit
unit: test/unit/run
	test/unit/run

# Random writers against the guard (see test/chaos/run).
.PHONY: chaos
chaos: all
	test/cluster test/chaos/run

# Tryton, an ERP, sells from tables that are guarded (see test/erp/run).
.PHONY: erp
erp: all
	test/cluster test/erp/run

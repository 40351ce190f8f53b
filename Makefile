# Everything runs from a checkout with Python 3.11 or newer and make; see README.md.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PYTHONUNBUFFERED := 1

.PHONY: help venv lock demo test check check-style check-deploy check-types audit sbom format run backup restore verify-backup clean

help: ## what can be done here
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-19s %s\n", $$1, $$2}'

venv: .venv/.complete ## the virtual environment, exactly as locked in requirements.txt

.venv/.complete: requirements.txt | .venv/.created
	@echo "Installation des dépendances (requirements.txt)…"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt \
	|| { echo "uv n’a pas abouti : pip prend le relais (une minute environ)."; \
	     $(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.txt; }
	@touch $@

# uv itself is pinned and hashed: its block of requirements.txt is installed first, alone.
.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Il faut Python 3.11 ou plus récent ; par exemple : make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh .ci/apt python3-venv
	@echo "Création de l’environnement .venv…"
	@$(PYTHON) -m venv --clear .venv
	@awk '/^uv==/ {inside = 1} inside {print} inside && !/\\$$/ {exit}' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement .venv/uv.txt \
	|| echo "uv ne s’installe pas ici."
	@touch $@

# Keeps the present pins unless UPGRADE=1. A top-level line gets its reason back from requirements.in.
lock: | .venv/.created ## recompile requirements.txt (UPGRADE=1 takes new releases)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) requirements.in --output-file requirements.txt
	@awk 'NR == FNR {name = tolower($$1); sub(/[^a-z0-9-].*/, "", name); \
	                 if (name && sub(/.*  # /, "")) why[name] = $$0; next} \
	      /^[a-z0-9]/ {name = $$1; sub(/==.*/, "", name)} \
	      sub(/# +via -r requirements.in$$|#   -r requirements.in$$/, "# " name ": " why[name]) {} {print}' \
	  requirements.in requirements.txt > .venv/lock.txt && mv .venv/lock.txt requirements.txt

demo: venv ## the whole service on this machine, with demonstration data (PORT=8000)
	@exec $(BIN)/python -m config.demo $(PORT)

test: venv ## the whole test suite (ARGS="conseillers/tests -k poste")
	@$(BIN)/python -m pytest $(or $(ARGS),-n auto --dist loadgroup --no-loadscope-reorder)

check: check-style check-deploy check-types ## static checks: style, arrows between layers, templates, migrations, types

check-style: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@if [ -n "$$(find templates -name '*.html' 2>/dev/null)" ]; then set -x; $(BIN)/djlint templates --lint --quiet; fi

check-deploy: venv
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -W ignore manage.py makemigrations --check
	@echo "manage.py check --deploy (config.settings.production)"; DJANGO_SETTINGS_MODULE=config.settings.production \
	  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') DATABASE_URL=postgresql:///nulle-part \
	  REDIS_URL=redis://exemple.fr ALLOWED_HOSTS=exemple.fr SITE_URL=https://exemple.fr \
	  EDITEUR=x DIRECTEUR_PUBLICATION=x HEBERGEUR=x CONTACT_DPO=x@exemple.fr CONTACT_ACCESSIBILITE=x@exemple.fr \
	  CONTACT_SECURITE=x@exemple.fr \
	  $(BIN)/python -W ignore manage.py check --deploy --fail-level WARNING

check-types: venv
	$(BIN)/mypy $(wildcard $(TYPED))

# Where a wrong type would be a wrong figure.
APPS := territoires conseillers permanences reporting
TYPED := $(foreach app,$(APPS),$(wildcard $(app)/*services*.py $(app)/*selectors*.py $(app)/services $(app)/selectors \
	$(app)/enums.py)) territoires/geo.py permanences/calendrier.py permanences/recurrence.py reporting/indicateurs.py \
	config/local_servers.py

audit: venv ## known faults of the dependencies (pip-audit); says so when nobody can be asked
	@$(BIN)/python -m config.audit $(ARGS)

sbom: venv ## what the service is made of, as CycloneDX JSON: sbom.cdx.json
	@$(BIN)/python -m config.sbom

format: venv ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

run: venv ## a manage.py command on the demonstration's database: make run CMD="close_mois 2026-10"
	@$(BIN)/python manage.py $(CMD)

backup: venv ## database and report files, together, encrypted (docs/sauvegardes.md)
	@$(BIN)/python manage.py backup $(ARGS)

restore: venv ## a backup into an empty instance: FICHIER=… CLE=… (REMPLACER=database to overwrite)
	@$(if $(and $(FICHIER),$(CLE)),,echo "Il faut FICHIER=… et CLE=… (docs/sauvegardes.md)"; exit 2)
	@$(BIN)/python manage.py restore "$(FICHIER)" --cle "$(CLE)" $(if $(REMPLACER),--remplacer "$(REMPLACER)")

verify-backup: venv ## restores a backup beside the service, compares all, drops it: FICHIER=… CLE=…
	@$(if $(and $(FICHIER),$(CLE)),,echo "Il faut FICHIER=… et CLE=… (docs/sauvegardes.md)"; exit 2)
	@$(BIN)/python manage.py verify_backup "$(FICHIER)" --cle "$(CLE)"

clean: ## forget the environment and the demonstration's data
	rm -rf .venv .local

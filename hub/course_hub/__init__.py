"""The course for a class: what `hub/start.py` and `hub/jupyterhub_config.py` are made of."""

"""What `chidao doctor` looks at: findings on the home (`home.py`) and on the services settings name (`services.py`)."""

"""The command line's subcommands, a module each; cli.py loads a module when its command is called."""

"""The command line: argument parsing only, one public function a command."""

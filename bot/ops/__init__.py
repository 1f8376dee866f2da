"""What an operator needs: doctor, health, privacy text and logs."""

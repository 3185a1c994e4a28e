"""What each call of the service does: functions from (store, request) to a response, by what they are about."""

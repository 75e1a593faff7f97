"""Pure decisions on values: no database, no request, no clock of their own."""

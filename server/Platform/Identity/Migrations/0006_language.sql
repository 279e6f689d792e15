-- A person may choose another language than the one of his first day.
GRANT UPDATE (language) ON identity.users TO holdfast_app;

-- Nullable and without a default, so the table is not written anew.
ALTER TABLE access.fields
  ADD COLUMN order_key text CHECK (char_length(order_key) BETWEEN 1 AND 100),
  ADD COLUMN retired boolean;

-- Nullable and without a default, so the table is not written anew.
ALTER TABLE solo.customers
  ADD COLUMN reason text CHECK (char_length(reason) BETWEEN 1 AND 500),
  ADD COLUMN payment_days bigint CHECK (payment_days BETWEEN 0 AND 365),
  ADD COLUMN tax_profile text CHECK (tax_profile IN ('standard', 'reverseCharge', 'intraCommunity', 'export', 'exempt', 'outOfScope')),
  ADD COLUMN e_invoice_address text CHECK (char_length(e_invoice_address) BETWEEN 1 AND 200),
  ADD COLUMN e_invoice_scheme text CHECK (char_length(e_invoice_scheme) BETWEEN 1 AND 4),
  ADD COLUMN buyer_reference text CHECK (char_length(buyer_reference) BETWEEN 1 AND 100);

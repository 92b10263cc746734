CREATE TABLE emails (
  message_id         UUID PRIMARY KEY,
  sender             VARCHAR NOT NULL,
  recipient          VARCHAR NOT NULL,
  subject            VARCHAR NOT NULL,
  body_html          TEXT NOT NULL,
  status             VARCHAR NOT NULL, -- pending, sent or failed
  smtp_response_code INTEGER,
  created_at         TIMESTAMPTZ NOT NULL,
  sent_at            TIMESTAMPTZ
);

CREATE INDEX idx_emails_sender ON emails (sender, created_at DESC);
CREATE INDEX idx_emails_recipient ON emails (recipient, created_at DESC);
CREATE INDEX idx_emails_status ON emails (status);

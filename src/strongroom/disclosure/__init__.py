"""Safe statistics: which published numbers give a participant away. Rules now, the query gateway later."""

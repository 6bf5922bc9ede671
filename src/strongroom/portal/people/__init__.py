"""Safe people: institutions now; researchers, accreditation and training come with the site."""

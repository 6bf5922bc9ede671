"""How a form's fields are drawn: label, help and error belong to their field."""

from django.forms.renderers import DjangoTemplates


class Fields(DjangoTemplates):
    """Draws a form field by field."""

    form_template_name = "site/form.html"
    field_template_name = "site/field.html"

#include "member_json.hpp"

namespace litellm::api {

Result<management::MemberWish> member_from(const Json& entry, std::string_view name)
{
    management::MemberWish member;
    if (!entry.is_object())
        return unfit_field(name, "must be an object with user_id or user_email, and role");
    FieldReader reader(entry);
    reader.read("user_id", member.user_id);
    reader.read("user_email", member.user_email);
    reader.read("role", member.role);
    if (!reader.outcome())
        return reader.outcome().error();
    for (auto* text : {&member.user_id, &member.user_email}) {
        if (*text && (*text)->empty())
            text->reset();
    }
    if (!member.user_id && !member.user_email)
        return unfit_field(name, "each needs a user_id or a user_email");
    if (member.role != "admin" && member.role != "user")
        return unfit_field(name, "role must be admin or user");
    return member;
}

void read_members(FieldReader& reader, std::string_view name, std::vector<management::MemberWish>& target)
{
    const Json* members = reader.find(name);
    if (members == nullptr)
        return;
    if (!members->is_array())
        return reader.refuse(name, "must be a list");
    for (const Json& entry : *members) {
        auto member = member_from(entry, name);
        if (!member)
            return reader.refuse(member.error());
        target.push_back(std::move(*member));
    }
}

} // namespace litellm::api
